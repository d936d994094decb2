import type { JsonReader } from '../base/json-reader.ts'
import { optionalMetadata, optionalText, textList } from './field-values.ts'
import type { Reading } from './reading.ts'

/**
 * Steps over the value of a field that both of OpenAI's formats have, and notes it: answers that are not text, and tiers
 * that are not at the plain price, are features.
 * @returns false where the field is none of these, and nothing was read
 * @throws KeywayError invalid_request
 */
export function readOpenaiField(reader: JsonReader, name: string, reading: Reading): boolean {
  switch (name) {
    case 'metadata':
      reading.metadata = optionalMetadata(reader, name)
      return true
    case 'modalities':
      if (textList(reader, name).some((modality) => modality !== 'text')) reading.features.push(name)
      return true
    case 'service_tier': {
      const tier = optionalText(reader, name, Number.POSITIVE_INFINITY)
      if (tier !== undefined && tier !== 'default' && tier !== 'auto') reading.features.push(name)
      return true
    }
    default:
      return false
  }
}
