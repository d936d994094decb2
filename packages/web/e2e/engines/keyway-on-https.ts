import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request as ask } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate } from '../../../server/src/net/testing/certificate.ts'
import { setupToken } from '../../../server/src/testing/app-browser.ts'
import { type FreshKeyway, PASSWORD, startFreshKeyway } from '../real-server.ts'
import { freePort } from './free-port.ts'
import { type Sites, startSites, type Visit } from './sites.ts'

/** Keyway's name, and that of a sibling: browsers take both for parts of one site, which may share cookies. */
export const HOST = 'keyway.team.localhost'
export const SIBLING = 'evil.team.localhost'
/** A name of another site. */
export const STRANGER = 'app.localhost'

/** A Keyway that serves https under a name with siblings, one person who has a password, and other sites around it. */
export type KeywayOnHttps = {
  keyway: FreshKeyway
  sites: Sites
  url: string
  /** What Keyway was asked for so far, the oldest first. */
  asked(): readonly Visit[]
  close(): Promise<void>
}

export const LOGIN = 'ada'

export async function startKeywayOnHttps(): Promise<KeywayOnHttps> {
  const folder = mkdtempSync(join(tmpdir(), 'keyway-engines-'))
  const tls = makeCertificate(HOST)
  for (const [name, text] of Object.entries(tls)) writeFileSync(join(folder, `${name}.pem`), text)
  const sites = await startSites(tls)
  // The public address names the port, so it has to be known before the start.
  const port = await freePort()
  const url = `https://${HOST}:${port}`
  const keyway = await startFreshKeyway({
    KEYWAY_PORT: String(port),
    KEYWAY_PUBLIC_URL: url,
    KEYWAY_TLS__CERT: join(folder, 'cert.pem'),
    KEYWAY_TLS__KEY: join(folder, 'key.pem'),
  })
  const visits: Visit[] = []
  const note = (message: unknown) => {
    const { request } = message as { request: IncomingMessage }
    if (request.headers.host === new URL(url).host)
      visits.push({ url: `${url}${request.url}`, headers: request.headers })
  }
  subscribe('http.server.request.start', note)
  await setPassword(keyway, port, tls.cert)
  return {
    keyway,
    sites,
    url,
    asked: () => visits,
    async close() {
      unsubscribe('http.server.request.start', note)
      await keyway.close()
      await keyway.simulation.close()
      await sites.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function setPassword(keyway: FreshKeyway, port: number, ca: string): Promise<void> {
  const body = JSON.stringify({ token: await setupToken(keyway), login: LOGIN, password: PASSWORD })
  const headers = { host: `${HOST}:${port}`, origin: keyway.url, 'content-type': 'application/json' }
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const path = '/api/app/setup/password'
    const sent = ask({ host: '127.0.0.1', port, servername: HOST, ca, method: 'POST', path, headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    })
    sent.on('error', reject)
    sent.end(body)
  })
  if (status !== 200) throw new Error(`the password could not be set: ${status}`)
}
