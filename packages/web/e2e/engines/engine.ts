/** The engines that people's browsers have. Chromium runs in every test run, the others where they are asked for. */
export type EngineName = 'chromium' | 'firefox' | 'webkit'

/** One browser, started for tests. */
export type Engine = {
  readonly name: EngineName
  /** A page in a session of its own: no cookies, no storage, nothing in its history. One at a time. */
  open(): Promise<Tab>
  close(): Promise<void>
}

/** A page, as far as every engine's own protocol can drive it. */
export type Tab = {
  /** Goes to an address and waits until it is loaded. */
  go(url: string): Promise<void>
  back(): Promise<void>
  /** The value of an expression in the page, through JSON; a promise is waited for. */
  evaluate(expression: string): Promise<unknown>
  /** Presses the mouse's button at a point of the window, as a hand does. CSS pixels. */
  press(x: number, y: number): Promise<void>
  /** The two halves of a press, so that something can happen in between. */
  pressDown(x: number, y: number): Promise<void>
  release(x: number, y: number): Promise<void>
  /** Types with the keyboard where the focus is. */
  type(text: string): Promise<void>
  resize(width: number, height: number): Promise<void>
  /** Another page comes before this one, or its window is put away; then this one is in front again. */
  leaveFront(): Promise<void>
  /** What of it this engine tells the page without a screen that anybody sees. */
  readonly tellsOfFront: 'focus' | 'visibilitychange'
  /** The cookies that the browser holds for the page's address, those that no script sees among them. */
  cookies(): Promise<Cookie[]>
  close(): Promise<void>
}

export type Cookie = {
  name: string
  value: string
  domain: string
  path: string
  httpOnly: boolean
  secure: boolean
  sameSite: string
}

/** Which engines a machine has and is to test with: `firefox,webkit`. Chromium alone where it says nothing. */
export const ENGINES_VARIABLE = 'KEYWAY_TEST_ENGINES'

/**
 * The engines to test with.
 * @throws Error when the variable names something else
 */
export function wantedEngines(environment: Readonly<Record<string, string | undefined>>): EngineName[] {
  const named = (environment[ENGINES_VARIABLE] ?? '').split(',').filter((name) => name !== '')
  const engines = named.map((name): EngineName => {
    if (name === 'chromium' || name === 'firefox' || name === 'webkit') return name
    throw new Error(`${ENGINES_VARIABLE} names ${name}; it can name chromium, firefox and webkit`)
  })
  return engines.length === 0 ? ['chromium'] : [...new Set(engines)]
}

/** An expression whose value is the JSON of another's, so that every protocol brings the same. */
export function asJson(expression: string): string {
  return `(async () => JSON.stringify((await (${expression})) ?? null))()`
}
