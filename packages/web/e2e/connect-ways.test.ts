import { once } from 'node:events'
import { request as ask } from 'node:http'
import { createServer as createHttps, type Server } from 'node:https'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { collect, startBin } from '../../server/src/cli/test-bin.ts'
import { makeCertificate } from '../../server/src/net/testing/certificate.ts'
import { appBrowser, setupToken } from '../../server/src/testing/app-browser.ts'
import { say } from './connected-person.ts'
import { freePort } from './engines/free-port.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, PASSWORD, startFreshKeyway } from './real-server.ts'

// Story 2 where the browser is not on the machine: behind a reverse proxy, at a name that the issuer sends nobody back to,
// and from a terminal.

vi.setConfig({ testTimeout: 60_000 })

/** Whom the proxy says that it speaks for. */
const CLIENT = '203.0.113.9'
const HOST = 'keyway.localhost'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

/** What a reverse proxy does: ends TLS, says for whom it asks, and hands every byte on as it comes. */
async function startProxy(port: number): Promise<Server> {
  const server = createHttps(makeCertificate(HOST), (incoming, outgoing) => {
    const headers = { ...incoming.headers, 'x-forwarded-for': CLIENT, 'x-forwarded-proto': 'https' }
    const onward = ask({ port, method: incoming.method, path: incoming.url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address')
  return address.port
}

/** Its owner has a password, and signs in with it. @param port where Keyway itself listens */
async function signIn({ page }: WatchedPage, keyway: FreshKeyway, at: { port: number; url: string }): Promise<void> {
  const body = { token: await setupToken(keyway), login: 'ada', password: PASSWORD }
  const direct = appBrowser({ url: `http://localhost:${at.port}` })
  await direct.ask('POST /api/app/setup/password', { body, headers: { origin: at.url } })
  await page.goto('/')
  await page.getByLabel('Name or e-mail').fill('ada')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'No model is connected yet' }).waitFor()
}

test('behind a reverse proxy the way leads through its address and back to it, and answers stream through', async () => {
  const port = await freePort()
  const proxy = await startProxy(port)
  const url = `https://${HOST}:${portOf(proxy)}`
  const keyway = await startFreshKeyway({
    KEYWAY_PORT: String(port),
    KEYWAY_PUBLIC_URL: url,
    KEYWAY_TRUSTED_PROXIES: '127.0.0.1,::1',
  })
  const visit = await openPage(browser, url, { ignoreHTTPSErrors: true })
  try {
    const { page } = visit
    await signIn(visit, keyway, { port, url })
    const ways: string[] = []
    page.on('request', (request) => {
      if (request.isNavigationRequest()) ways.push(request.url())
    })
    await page.getByRole('button', { name: 'Connect with OpenRouter' }).click()
    await page.getByRole('link', { name: 'Continue to OpenRouter' }).click()
    await page.getByRole('button', { name: /^Continue as/ }).click()
    await page.getByText(HOST).first().waitFor()
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('heading', { name: 'Connected' }).waitFor()
    const [left] = ways.filter((way) => way.startsWith(keyway.simulation.openrouter.siteUrl))
    expect(new URL(left ?? '').searchParams.get('callback_url')).toMatch(`${url}/connect/openrouter/callback?`)
    for (const way of ways) expect(way).not.toContain(`:${port}/`)
    const flows = (await page.context().cookies()).filter(({ name }) => name.includes('keyway_connect'))
    expect(flows.map(({ name, secure }) => [name.startsWith('__Host-'), secure])).toEqual([[true, true]])
    await page.getByRole('button', { name: 'Done' }).click()
    await say(page, 'Hello')
    await page.getByText('The answer is complete').waitFor({ state: 'attached' })
    await page.goto('/settings/account')
    await page.getByText(CLIENT).first().waitFor()
    visit.expectQuiet()
    await keyway.expectKeyless(page)
  } finally {
    await visit.page.context().close()
    proxy.closeAllConnections()
    proxy.close()
    await keyway.close()
    await keyway.simulation.close()
  }
})

test('where the issuer sends nobody back, in the page and in a terminal: a code is shown there and pasted here', async () => {
  const port = await freePort()
  const url = `http://${HOST}:${port}`
  const keyway = await startFreshKeyway({ KEYWAY_PORT: String(port), KEYWAY_PUBLIC_URL: url })
  const visit = await openPage(browser, url)
  /** What a person copies there, after they approved. */
  const codeAt = async (address: string) => {
    const there = await browser.newPage()
    await there.goto(address)
    const code = (await there.locator('#code').textContent()) ?? ''
    await there.close()
    return code
  }
  try {
    const { page } = visit
    keyway.simulation.openrouter.account.consent = 'approve'
    await signIn(visit, keyway, { port, url })
    await page.getByRole('button', { name: 'Connect with OpenRouter' }).click()
    await page.getByText('OpenRouter shows a code that you paste here', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Begin' }).click()
    const link = page.getByRole('link', { name: 'Open OpenRouter and approve' })
    const address = (await link.getAttribute('href')) ?? ''
    expect(new URL(address).searchParams.has('callback_url')).toBe(false)
    await page.getByLabel('Code').fill('no-code-of-theirs-at-all')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByRole('heading', { name: 'OpenRouter refused the exchange' }).waitFor()
    await page.getByRole('button', { name: 'Start again' }).click()
    await page.getByRole('button', { name: 'Begin' }).click()
    const second = (await link.getAttribute('href')) ?? ''
    await page.getByLabel('Code').fill(`  ${await codeAt(second)} `)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByRole('heading', { name: 'Connected' }).waitFor()
    await page.getByRole('button', { name: 'Done' }).click()

    const child = startBin(['connect', 'openrouter', '--headless', '--limit', '5.00', '--reset', 'monthly'], {
      env: { KEYWAY_HOME: keyway.home },
    })
    const outcome = collect(child)
    const shown = await new Promise<string>((resolve, reject) => {
      let text = ''
      child.stderr?.on('data', (part: Buffer) => {
        text += part.toString()
        const found = /^(http\S+)$/m.exec(text)?.[1]
        if (found !== undefined && text.includes('Code (until')) resolve(found)
      })
      child.once('close', () => reject(new Error(`it ended without an address: ${text}`)))
    })
    child.stdin?.end(`${await codeAt(shown)}\n`)
    const { code, stdout } = await outcome
    expect(code).toBe(0)
    const [, made] = keyway.simulation.openrouter.account.keys()
    expect(made).toMatchObject({ limit: 5, reset: 'monthly' })
    expect(stdout).toContain('Connected as sam@example.com. The key is sealed in the vault.')
    expect(stdout).toContain(`/keys/${made?.hash}`)
    await page.goto('/settings/models')
    await page.getByText('Connected as sam@example.com').waitFor()
    await page.getByText('$5.00 of $5.00').waitFor()
    visit.expectQuiet()
    await keyway.expectKeyless(page)
  } finally {
    await visit.page.context().close()
    await keyway.close()
    await keyway.simulation.close()
  }
})
