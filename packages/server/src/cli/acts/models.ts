import { z } from 'zod'
import { formatUsd } from '../../base/money.ts'
import { defineAct } from './act.ts'

const price = z.string().nullable()

/** Models that can be called with the credentials there are; or all that are known. */
export const listModels = defineAct({
  name: 'models.list',
  args: z.strictObject({ search: z.string().optional(), all: z.boolean().optional() }),
  result: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      context_length: z.number().nullable(),
      providers: z.array(z.string()),
      /** US dollars per million tokens, at the cheapest provider; null where none is known. */
      input_price: price,
      output_price: price,
    }),
  ),
  async run(house, { search = '', all = false }) {
    const credentials = await house.vault.list(house.workspace.id)
    const custom = await house.store.listProviders(house.workspace.id)
    const declared = house.config.providers.map((one) => one.provider)
    const reachable = new Set(
      [
        ...credentials,
        ...declared.map((provider) => ({ provider })),
        ...custom.map(({ id }) => ({ provider: id })),
      ].map((one) => one.provider),
    )
    const words = search.toLowerCase().split(/\s+/).filter(Boolean)
    return [...house.catalogue().models.values()].flatMap((model) => {
      const text = `${model.id} ${model.name}`.toLowerCase()
      const endpoints = model.endpoints.filter((endpoint) => all || reachable.has(endpoint.provider))
      if (endpoints.length === 0 || !words.every((word) => text.includes(word))) return []
      const cheapest = (item: 'input' | 'output') => {
        const prices = endpoints.flatMap((endpoint) => endpoint.prices?.items[item] ?? [])
        const least = prices.reduce<bigint | undefined>(
          (low, one) => (low === undefined || one < low ? one : low),
          undefined,
        )
        return least === undefined ? null : formatUsd(least)
      }
      const providers = [...new Set(endpoints.map((endpoint) => endpoint.provider))]
      return [
        {
          id: model.id,
          name: model.name,
          context_length: model.contextLength,
          providers,
          input_price: cheapest('input'),
          output_price: cheapest('output'),
        },
      ]
    })
  },
})
