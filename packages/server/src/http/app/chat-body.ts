import { z } from 'zod'

/** Models side by side: more columns fit no screen. */
const MODELS_MAX = 4
/** Characters of a model's id, as the catalogue bounds them. */
const MODEL_CHARS_MAX = 300
/** Characters of a message: a book of 600 pages, and beyond any model's context but the largest. */
const TEXT_CHARS_MAX = 2_000_000
/** Pieces of a message: a text and as many attachments as anybody drops at once. */
const PARTS_MAX = 50
const SYSTEM_PROMPT_CHARS_MAX = 200_000
const TITLE_CHARS_MAX = 200
const NAME_CHARS_MAX = 255
/** As the gateway bounds them. */
const OUTPUT_TOKENS_MAX = 2 ** 31

/** Bytes of a request that holds a message; text of four bytes a character, and its JSON. */
export const MESSAGE_BODY_BYTES = 9 * 1024 * 1024

/** Ids that browsers make, and ours. Of elsewhere come others, of letters, digits and hyphens. */
export const id = z.string({ error: 'expected an id' }).regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'expected an id' })
/** An id that a browser makes, of something that is not there yet. */
export const newId = z.uuid({ error: 'expected a UUID' }).transform((text) => text.toLowerCase())
const attachmentId = z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected the id of an attachment' })

/** Text that a database and a model can take. */
const clean = (most: number) =>
  z
    .string({ error: 'expected text' })
    .max(most, { error: `expected at most ${most} characters` })
    .transform((text) => text.toWellFormed().replaceAll('\0', ''))

const modelId = z
  .string({ error: 'expected the id of a model' })
  .min(1, { error: 'expected the id of a model' })
  .max(MODEL_CHARS_MAX, { error: 'expected the id of a model' })

const partBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: clean(TEXT_CHARS_MAX) }),
  z.object({
    kind: z.literal('image'),
    attachment: attachmentId,
    name: clean(NAME_CHARS_MAX).exactOptional(),
  }),
  z.object({
    kind: z.literal('file'),
    attachment: attachmentId,
    name: clean(NAME_CHARS_MAX).prefault(''),
    media_type: clean(100).prefault(''),
    bytes: z.int().min(0).prefault(0),
  }),
])

const models = z
  .array(modelId, { error: 'expected a list of 1 to 4 models' })
  .min(1, { error: 'expected 1 to 4 models' })
  .max(MODELS_MAX, { error: 'expected 1 to 4 models' })

const parts = z
  .array(partBody, { error: 'expected a list of parts' })
  .max(PARTS_MAX, { error: `expected at most ${PARTS_MAX} parts` })
  .refine((parts) => parts.some((part) => part.kind !== 'text' || part.text.trim() !== ''), {
    error: 'expected something that is not blank',
  })

const parameters = z.strictObject({
  temperature: z.number().min(0).max(2).exactOptional(),
  top_p: z.number().gt(0).max(1).exactOptional(),
  max_tokens: z.int().min(1).max(OUTPUT_TOKENS_MAX).exactOptional(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high']).exactOptional(),
})

/** ChatSettings, all or some of them. */
const settings = z.object({
  models: z.array(modelId).max(MODELS_MAX).exactOptional(),
  system_prompt: clean(SYSTEM_PROMPT_CHARS_MAX).exactOptional(),
  parameters: parameters.exactOptional(),
})

/** ConversationTerms of @keyway/contract. */
export const terms = z.object({
  temporary: z.boolean({ error: 'expected true or false' }).prefault(false),
  folder_id: id.nullable().prefault(null),
  settings: settings.prefault({}),
})

/** SendRequest. */
export const sendBody = z.object({
  id: newId,
  parent_id: id.nullable(),
  parts,
  models,
  trim: z.boolean({ error: 'expected true or false' }).exactOptional(),
  prompt_version_id: id.exactOptional(),
  begins: terms.exactOptional(),
})

/** CompareRequest. */
export const compareBody = z.object({
  parent_id: id.nullable(),
  columns: z
    .array(z.object({ id: newId, parts, model: modelId, prompt_version_id: id.exactOptional() }), {
      error: 'expected a list of 2 to 4 columns',
    })
    .min(2, { error: 'expected 2 to 4 columns' })
    .max(MODELS_MAX, { error: 'expected 2 to 4 columns' })
    .refine((columns) => new Set(columns.map((column) => column.id)).size === columns.length, {
      error: 'expected an id of its own for each column',
    }),
  trim: z.boolean({ error: 'expected true or false' }).exactOptional(),
  begins: terms.exactOptional(),
})

/** AnswerRequest. */
export const answerBody = z.object({
  id: newId,
  parent_id: id,
  models,
  trim: z.boolean({ error: 'expected true or false' }).exactOptional(),
  continues: id.exactOptional(),
})

/** NewConversationRequest. */
export const newConversationBody = terms.extend({ id: newId.exactOptional() })

/** ConversationChange. */
export const conversationChangeBody = z.object({
  title: clean(TITLE_CHARS_MAX)
    .transform((text) => text.replaceAll(/\s+/g, ' ').trim())
    .exactOptional(),
  pinned: z.boolean({ error: 'expected true or false' }).exactOptional(),
  archived: z.boolean({ error: 'expected true or false' }).exactOptional(),
  folder_id: id.nullable().exactOptional(),
  active_leaf_id: id.exactOptional(),
  settings: settings.exactOptional(),
  temporary: z.literal(false, { error: 'expected false: a chat that is kept stays kept' }).exactOptional(),
})

/** What GET /api/app/conversations may be asked with. */
export const conversationQuery = z.object({
  archived: z.enum(['true', 'false'], { error: 'expected true or false' }).prefault('false'),
  folder: id.exactOptional(),
  before: z.string().max(300).exactOptional(),
  limit: z.coerce.number().int().min(1).max(200).prefault(50),
})

/** What the settings of a conversation are where nothing is said. */
export const PLAIN_SETTINGS = { models: [], system_prompt: '', parameters: {} }
