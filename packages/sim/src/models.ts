/** A model of a simulated provider. */
export type SimulatedModel = {
  /** What the provider calls it. */
  id: string
  /** It thinks before it answers, and is billed for it. */
  reasoning: boolean
  contextLength: number
}

/** A model that answers at once. */
export function plainModel(id: string, contextLength = 128_000): SimulatedModel {
  return { id, reasoning: false, contextLength }
}

/** A model that thinks first. */
export function reasoningModel(id: string, contextLength = 200_000): SimulatedModel {
  return { id, reasoning: true, contextLength }
}
