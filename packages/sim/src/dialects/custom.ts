import { dialectOf, openaiUsage } from '../dialect.ts'
import { plainModel, reasoningModel } from '../models.ts'

/** A server that says it is OpenAI-compatible and is: the stand-in for whatever an operator adds by its base URL. */
export const custom = dialectOf({
  name: 'custom',
  prefix: '/custom/v1',
  key: 'sim-custom-not-a-real-key-0000',
  docs: ['https://platform.openai.com/docs/api-reference/chat/create'],
  models: [
    plainModel('custom-small'),
    plainModel('custom-large'),
    reasoningModel('custom-thinker'),
    plainModel('echo'),
  ],
  usage: openaiUsage,
  reasoningField: 'reasoning_content',
})
