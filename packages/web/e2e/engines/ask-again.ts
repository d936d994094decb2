import type { Tab } from './engine.ts'

/** A page gets this long to load. Milliseconds. */
const LOAD_MS = 15_000
const ASK_EVERY_MS = 40
/** Firefox and WebKit never answer what was asked of a page that was left meanwhile: it is asked again. Milliseconds. */
const ANSWER_MS = 2_000

type Evaluate = Tab['evaluate']

/**
 * Asks a page until the answer is neither false nor empty, however often the page is left meanwhile.
 * @param expression only reads, since it may run more than once
 * @throws Error with the last answer
 */
export async function askUntil(evaluate: Evaluate, expression: string, withinMs: number): Promise<unknown> {
  const end = Date.now() + withinMs
  let last: unknown
  while (Date.now() < end) {
    try {
      last = await within(ANSWER_MS, evaluate(expression))
      if (last) return last
    } catch (error) {
      // The page is just being left; or the expression is wrong, which is told in the end.
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
  }
  throw new Error(`waited in vain for ${expression} (last: ${last})`)
}

/**
 * Goes somewhere, and waits until a page is loaded that is not the one from before. The protocols have a way of their own
 * to wait, which is never answered when the page before was still loading.
 * @param begin sets out and does not wait
 */
export async function goAndArrive(evaluate: Evaluate, begin: () => Promise<unknown>): Promise<void> {
  await askUntil(evaluate, '(window.isLeft = true)', LOAD_MS)
  await begin()
  await askUntil(evaluate, `!window.isLeft && document.readyState === 'complete'`, LOAD_MS)
}

/** An answer, within a time. @throws Error when there is none */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
