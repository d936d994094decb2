import { PASSWORD } from '../real-server.ts'
import type { Tab } from './engine.ts'
import { LOGIN } from './keyway-on-https.ts'

/** A page gets this long to show what is waited for. Milliseconds. */
const WAIT_MS = 15_000
const ASK_EVERY_MS = 40
/** Firefox and WebKit never answer what was asked of a page that was left meanwhile: it is asked again. Milliseconds. */
const ANSWER_MS = 2_000

/** Waits until an expression is true in the page, and gives its value. @throws Error with what the page shows instead */
export async function until(tab: Tab, expression: string): Promise<unknown> {
  const end = Date.now() + WAIT_MS
  let last: unknown
  while (Date.now() < end) {
    try {
      last = await Promise.race([tab.evaluate(expression), tooLate()])
      if (last) return last
    } catch (error) {
      // The page is just being left; or the expression is wrong, which is told in the end.
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
  }
  const shown = await tab.evaluate('location.href + "\\n" + document.body.innerText')
  throw new Error(`waited in vain for ${expression} (last: ${last}) on ${shown}`)
}

function tooLate(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS} ms`)), ANSWER_MS).unref()
  })
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
  const [x, y] = (await until(tab, placeOf(named(name)))) as [number, number]
  await tab.press(x, y)
  await tab.press(x, y)
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
  const [x, y] = (await until(tab, placeOf(element))) as [number, number]
  await tab.press(x, y)
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
