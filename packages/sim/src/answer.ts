import { type ChatRequest, lastMessage, lastUserText } from './chat-request.ts'
import { sampleOf } from './json-sample.ts'
import type { SimulatedModel } from './models.ts'
import { countTokens } from './tokens.ts'

/** Most words that a prompt can ask for by "200 words". Bounds what one request makes the simulation hold. */
export const ASKED_WORDS_MAX = 20_000

/** How much of the user's text an answer quotes, in characters. */
const QUOTE_CHARACTERS_MAX = 400

/** The model name whose answer is the user's own text. */
const ECHO = /(?:^|[/:-])echo$/u

const FILLER = 'simulated words follow one after another until the number that was asked for is reached'.split(' ')

/**
 * The text of a simulated answer: says plainly that it is simulated, and is the same for the same request.
 * "Write 200 words" gives exactly 200 words; a model named `echo` gives the text back; a response format gives JSON.
 */
export function answerText(request: ChatRequest, model: SimulatedModel, index: number): string {
  const last = lastMessage(request)
  const asked = lastUserText(request)
  if (request.format.kind === 'json-schema') return JSON.stringify(sampleOf(request.format.schema))
  if (request.format.kind === 'json-object')
    return JSON.stringify({ simulated: true, answer: 'This answer is simulated.' })
  if (ECHO.test(model.id)) return asked
  const words = /\b(\d{1,6}) words\b/u.exec(asked)?.[1]
  if (words !== undefined) return fillerText(Math.min(Number(words), ASKED_WORDS_MAX))

  const images = request.messages.reduce((sum, message) => sum + message.images, 0)
  const parts = [
    `**This answer is simulated.** No model was called: Keyway's simulator stands in for \`${model.id}\`.`,
    `You wrote ${countTokens(asked)} words${images === 0 ? '' : ` and sent ${images} image${images === 1 ? '' : 's'}`}:`,
    `> ${quote(asked)}`,
  ]
  if (last?.role === 'tool') parts.push(`The tool answered: \`${quote(last.text)}\``)
  parts.push(
    index === 0 ? '- It is the same for the same request.' : `- It is choice ${index + 1} of ${request.choices}.`,
  )
  return parts.join('\n\n')
}

function fillerText(words: number): string {
  return Array.from({ length: words }, (_, position) => FILLER[position % FILLER.length]).join(' ')
}

function quote(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim()
  return line.length <= QUOTE_CHARACTERS_MAX ? line : `${line.slice(0, QUOTE_CHARACTERS_MAX)}...`
}
