import { PASSWORD } from '../real-server.ts'
import { askUntil } from './ask-again.ts'
import type { Tab } from './engine.ts'
import { LOGIN } from './keyway-on-https.ts'

/** A page gets this long to show what is waited for. Milliseconds. */
const WAIT_MS = 15_000
/** And so long to say what it shows instead. Milliseconds. */
const SAY_MS = 2_000
/** A press is waited for so long. Milliseconds. */
const PRESS_MS = 3_000

type Place = [x: number, y: number]

/** Waits until an expression is true in the page, and gives its value. @throws Error with what the page shows instead */
export async function until(tab: Tab, expression: string): Promise<unknown> {
  try {
    return await askUntil(tab.evaluate, expression, WAIT_MS)
  } catch (error) {
    const shown = askUntil(tab.evaluate, 'location.href + "\\n" + document.body.innerText', SAY_MS).catch(String)
    throw new Error(`${error instanceof Error ? error.message : error} on ${await shown}`, { cause: error })
  }
}

/** What an expression that only reads gives, asked again where the page was just being left. */
export async function read(tab: Tab, expression: string): Promise<unknown> {
  const [value] = (await until(tab, `[await (${expression})]`)) as [unknown]
  return value
}

/** Has the page itself do what leaves it: after the answer, for a page that is left never gives one. */
export async function leave(tab: Tab, statement: string): Promise<void> {
  await tab.evaluate(`void setTimeout(() => ${statement})`)
}

/** Waits until the page shows a text. */
export async function untilShown(tab: Tab, text: string): Promise<void> {
  await until(tab, `document.body?.innerText.includes(${JSON.stringify(text)})`)
}

/** The button or link whose words begin so. */
function named(name: string): string {
  const words = "(one.getAttribute('aria-label') ?? one.textContent).trim()"
  return `[...document.querySelectorAll('button, a[href]')].find((one) => ${words}.startsWith(${JSON.stringify(name)}) && !one.disabled)`
}

/** Presses the button or link whose words begin so, as a hand does. */
export async function press(tab: Tab, name: string): Promise<void> {
  await pressElement(tab, named(name))
}

/** The same twice, at one place. */
export async function pressTwice(tab: Tab, name: string): Promise<void> {
  const place = (await until(tab, placeOf(named(name)))) as Place
  await pressAt(tab, place)
  await pressAt(tab, place)
}

/** Presses the button whose words begin so while something happens between the press and its end. */
export async function pressDuring(tab: Tab, name: string, happens: () => Promise<void>): Promise<void> {
  const place = () => until(tab, placeOf(named(name))) as Promise<Place>
  await tab.pressDown(...(await place()))
  await happens()
  // It may lie elsewhere now.
  await tab.release(...(await place()))
}

/** Lets a time pass in the page: for what is about time. */
export async function settle(tab: Tab, ms: number): Promise<void> {
  await tab.evaluate(`new Promise((resolve) => setTimeout(resolve, ${ms}))`)
}

/** Types into the field with this label. */
export async function fill(tab: Tab, label: string, text: string): Promise<void> {
  await pressElement(
    tab,
    `[...document.querySelectorAll('input, textarea')].find((one) => [...one.labels].some((its) => its.textContent.trim().startsWith(${JSON.stringify(label)})))`,
  )
  await tab.type(text)
}

/** Where an element lies once it lies still and nothing lies over it. */
function placeOf(element: string): string {
  return `(async () => {
    const one = ${element}
    if (one === undefined) return null
    one.scrollIntoView({ block: 'center', behavior: 'instant' })
    const first = one.getBoundingClientRect()
    await new Promise((resolve) => setTimeout(resolve, 40))
    const { x, y, width, height } = one.getBoundingClientRect()
    if (width === 0 || first.x !== x || first.y !== y) return null
    const middle = [x + width / 2, y + height / 2]
    const top = document.elementFromPoint(...middle)
    return one === top || one.contains(top) ? middle : null
  })()`
}

async function pressElement(tab: Tab, element: string): Promise<void> {
  await pressAt(tab, (await until(tab, placeOf(element))) as Place)
}

/** A press that leaves its page may never be answered: what follows tells whether it was one. */
async function pressAt(tab: Tab, [x, y]: Place): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PRESS_MS)
  })
  try {
    await Promise.race([tab.press(x, y), enough])
  } finally {
    clearTimeout(timer)
  }
}

/** Signs the person in from Keyway's own page, and stands on it. */
export async function signIn(tab: Tab, url: string): Promise<void> {
  await tab.go(`${url}/login`)
  const status = await send(tab, '/api/app/login/password', { login: LOGIN, password: PASSWORD })
  if (status !== 200) throw new Error(`signing in was answered with ${status}`)
}

/** Sends as the page's own script does. @returns the status */
export async function send(tab: Tab, path: string, body?: unknown): Promise<unknown> {
  const of = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const init = JSON.stringify({ method: 'POST', ...of })
  return tab.evaluate(`fetch(${JSON.stringify(path)}, ${init}).then(({ status }) => status)`)
}

/** Whether Keyway knows who this is. */
export async function isSignedIn(tab: Tab): Promise<boolean> {
  return (await tab.evaluate(`fetch('/api/app/me').then(({ status }) => status)`)) === 200
}
