import type { ModelFormat, ModelItem, ModelList } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { parseUsdPerMillion } from '../../base/money.ts'
import type { Endpoint, Model } from '../../providers/model.ts'
import type { Provider } from '../../providers/provider.ts'
import { keepsDataPolicies } from '../../router/eligibility.ts'
import type { Edge } from '../edge.ts'
import { FORMATS } from '../formats.ts'
import { FOR_PEOPLE, personOf } from './app-access.ts'
import { moment, usdOrNull } from './values.ts'
import { waysOf } from './ways-to-models.ts'
import { webCaller } from './web-caller.ts'

/** A model dearer than this for its input is not what somebody should find preselected. */
const PRESELECTED_MAX = parseUsdPerMillion('5')

const REASONING = ['reasoning', 'include_reasoning', 'reasoning_effort']

/** The picker's list: every model there is, and which of them the person can call now. */
export function modelRoutes(app: FastifyInstance, edge: Edge): void {
  app.get('/api/app/models', FOR_PEOPLE, async (request): Promise<ModelList> => {
    const { user } = personOf(request)
    // First: a key that was refused just now may be over once it was looked at.
    const ways = await waysOf(edge, user)
    const callable = await edge.callable(await webCaller(edge.keys, user))
    const names = new Map(edge.providers().map((row) => [row.id, row]))
    const inReach = [...callable.models.values()].filter((model) => ways.reach(model))
    const wishes = await edge.store.findPreferences({ workspaceId: user.workspaceId, userId: user.id })
    const reached =
      wishes?.data_collection === 'deny'
        ? inReach.flatMap((model) => withoutKeepers(model, names)).filter((model) => ways.reach(model))
        : inReach
    const ids = new Set(reached.map(({ id }) => id))
    const withheld = new Set(inReach.flatMap(({ id }) => (ids.has(id) ? [] : id)))
    const house = new Set(edge.app.house.models)
    const data: ModelItem[] = []
    for (const model of edge.gateway.catalogue().models.values()) {
      const of = { names, house, callable: ids.has(model.id), withheld: withheld.has(model.id) }
      data.push(modelItem(callable.models.get(model.id) ?? model, of))
    }
    const own = reached.filter((model) => ways.ownWay(model))
    const provided = edge.app.house.models.find((id) => ids.has(id)) ?? null
    return { data, preselected: own.length === 0 ? provided : preselect(own) }
  })
}

function modelItem(
  model: Model,
  of: { names: ReadonlyMap<string, Provider>; house: ReadonlySet<string>; callable: boolean; withheld: boolean },
): ModelItem {
  const endpoints = [...model.endpoints].sort(byPrice)
  const [cheapest] = endpoints
  const items = cheapest?.prices?.items
  const parameters = new Set(model.supportedParameters)
  const outputs = endpoints.flatMap((endpoint) => endpoint.maxOutputTokens ?? [])
  const seen = new Set(endpoints.map((endpoint) => endpoint.provider))
  return {
    id: model.id,
    name: model.name,
    providers: [...seen].map((id) => ({ id, name: of.names.get(id)?.name ?? id })),
    formats: formatsOf([...seen].flatMap((id) => of.names.get(id) ?? [])),
    context_length: model.contextLength,
    max_output_tokens: outputs.length === 0 ? null : Math.max(...outputs),
    price_input_usd_per_mtok: usdOrNull(items?.input),
    price_output_usd_per_mtok: usdOrNull(items?.output),
    input_modalities: [...model.inputModalities],
    output_modalities: [...model.outputModalities],
    tools: parameters.has('tools'),
    reasoning: REASONING.some((name) => parameters.has(name)),
    free: items?.input === 0n && items.output === 0n,
    house: of.house.has(model.id),
    callable: of.callable,
    withheld: of.withheld,
    created_at: model.created === 0 ? null : moment(model.created * 1000),
  }
}

/** The formats that clients can speak to us and one of these providers speaks too. */
function formatsOf(providers: readonly Provider[]): ModelFormat[] {
  const served = FORMATS.map(({ codec }) => codec.id)
  return served.filter((id) => providers.some(({ formats }) => formats[id] !== undefined))
}

/** A model as somebody can call it who wants nobody to keep what is sent; nothing where nobody is left. */
function withoutKeepers(model: Model, rows: ReadonlyMap<string, Provider>): Model[] {
  const endpoints = model.endpoints.filter(({ provider }) => {
    const row = rows.get(provider)
    return row !== undefined && keepsDataPolicies(row)
  })
  return endpoints.length === 0 ? [] : [{ ...model, endpoints }]
}

/** The newest text model with tools that is not dear; else whatever there is. */
function preselect(models: readonly Model[]): string | null {
  const texts = models.filter((model) => model.outputModalities.includes('text') && model.outputModalities.length === 1)
  const newest = [...texts].sort((a, b) => b.created - a.created || (a.id < b.id ? -1 : 1))
  const good = newest.find((model) => {
    const price = [...model.endpoints].sort(byPrice)[0]?.prices?.items.input
    return model.supportedParameters.includes('tools') && price !== undefined && price <= PRESELECTED_MAX
  })
  return (good ?? newest[0])?.id ?? null
}

/** By input and output together; what has no price comes last. */
function byPrice(a: Endpoint, b: Endpoint): number {
  const [x, y] = [sumOf(a), sumOf(b)]
  if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1
  return x < y ? -1 : x > y ? 1 : 0
}

function sumOf({ prices }: Endpoint): bigint | undefined {
  const { input, output } = prices?.items ?? {}
  return input === undefined || output === undefined ? undefined : input + output
}
