import type { Done, Listed, NamedVersion, Prompt, PromptVersion } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest, RouteShorthandOptions } from 'fastify'
import { z } from 'zod'
import { KeywayError } from '../../base/errors.ts'
import { uuid } from '../../base/ids.ts'
import type { PromptRecord, Whose } from '../../store/chat-records.ts'
import type { Edge } from '../edge.ts'
import { FOR_PEOPLE } from './app-access.ts'
import { id } from './chat-body.ts'
import { withBody } from './large-body.ts'
import { readBody } from './read-body.ts'
import { longText, nameLine } from './texts.ts'
import { moment } from './values.ts'
import { whoseOf } from './whose.ts'

const TITLE_CHARS_MAX = 200
/** As the longest system prompt. */
const TEXT_CHARS_MAX = 200_000
/** Text of four bytes a character, and its JSON. */
const BODY_BYTES = 1024 * 1024

/** Versions that are named at once: more than the columns of any comparison. */
const NAMED_MAX = 20

const slug = z.string({ error: 'expected text' }).regex(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/, {
  error: 'expected 1 to 60 lower-case letters, digits and hyphens, with no hyphen at either end',
})
const promptBody = z.object({ slug, title: nameLine(TITLE_CHARS_MAX), text: longText(TEXT_CHARS_MAX) })
const changeBody = z.object({
  slug: slug.exactOptional(),
  title: nameLine(TITLE_CHARS_MAX).exactOptional(),
  text: longText(TEXT_CHARS_MAX).exactOptional(),
})

const namedQuery = z.object({
  ids: z
    .string({ error: 'expected ids with commas between them' })
    .transform((text) => text.split(','))
    .pipe(z.array(id).max(NAMED_MAX, { error: `expected at most ${NAMED_MAX} ids` })),
})

type ById = { Params: { id: string } }

/** Where the library is reached, by whom, and whose it is. */
export type PromptPlace = {
  path: string
  options: RouteShorthandOptions
  whoseOf(request: FastifyRequest): Whose
}

/** The person's library of prompts, for the web app. */
export function promptRoutes(app: FastifyInstance, edge: Edge): void {
  promptRoutesAt(app, edge, { path: '/api/app/prompts', options: FOR_PEOPLE, whoseOf })

  app.get('/api/app/prompt-versions', FOR_PEOPLE, async (request): Promise<Listed<NamedVersion>> => {
    const { ids } = namedQuery.parse(request.query)
    return { data: await edge.store.namePromptVersions(whoseOf(request), ids) }
  })
}

/** A person's library of prompts, with the versions of each. */
export function promptRoutesAt(app: FastifyInstance, edge: Edge, place: PromptPlace): void {
  const { store, clock } = edge
  const { shelves } = edge.app
  const { path, options, whoseOf } = place
  const withText = withBody(options, edge, BODY_BYTES)

  app.get(path, options, async (request): Promise<Listed<Prompt>> => {
    return { data: (await store.listPrompts(whoseOf(request))).map(promptView) }
  })

  app.post(path, withText, async (request, reply): Promise<Prompt> => {
    const at = clock.now()
    const given = readBody(request, promptBody, BODY_BYTES)
    const prompt = { ...given, id: uuid(), versionId: uuid(), version: 1, createdAt: at, updatedAt: at }
    await store.createPrompt(whoseOf(request), prompt, shelves)
    reply.code(201)
    return promptView(prompt)
  })

  app.patch<ById>(`${path}/:id`, withText, async (request): Promise<Prompt> => {
    const change = { ...readBody(request, changeBody, BODY_BYTES), versionId: uuid(), at: clock.now() }
    const limits = { versions: shelves.promptVersions }
    const changed = await store.changePrompt(whoseOf(request), request.params.id, change, limits)
    if (changed === undefined) throw noSuch()
    return promptView(changed)
  })

  app.delete<ById>(`${path}/:id`, options, async (request): Promise<Done> => {
    if (!(await store.removePrompt(whoseOf(request), request.params.id))) throw noSuch()
    return { done: true }
  })

  app.get<ById>(`${path}/:id/versions`, options, async (request): Promise<Listed<PromptVersion>> => {
    const versions = await store.listPromptVersions(whoseOf(request), request.params.id)
    if (versions === undefined) throw noSuch()
    return {
      data: versions.map(({ id, version, text, createdAt }) => ({ id, version, text, created_at: moment(createdAt) })),
    }
  })
}

function promptView({ id, slug, title, text, versionId, version, updatedAt }: PromptRecord): Prompt {
  return { id, slug, title, text, version_id: versionId, version, updated_at: moment(updatedAt) }
}

function noSuch(): KeywayError {
  return new KeywayError('not_found', 'There is no prompt with that id.')
}
