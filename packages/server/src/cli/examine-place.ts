import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import type { Config } from '../config/schema.ts'
import { RootKeyError } from '../vault/root-key-error.ts'
import { loadRootKeys } from '../vault/root-key-file.ts'
import type { Finding } from './acts/examine.ts'
import { codeOf } from './message-of.ts'

/** The server that owns the home, if one runs. */
type Server = { pid: number; url: string | null; version: string } | undefined

/** What can be seen from outside the house: this Node, the folders, the port, the clock, the disk. */
export async function examinePlace(of: { config: Config; server: Server; version: string }): Promise<Finding[]> {
  const { config, server, version } = of
  return [
    examineNode(),
    await examineHome(config),
    await examineRootKey(config),
    await examineDisk(config),
    examineClock(Date.now()),
    examineServer(server, version),
    ...(server === undefined ? [await examinePort(config)] : []),
  ]
}

function examineNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const detail = process.version
  if (major > 24 || (major === 24 && minor >= 15)) return { check: 'node', state: 'ok', detail, fix: null }
  return { check: 'node', state: 'failed', detail, fix: 'Install Node 24.15 or newer: https://nodejs.org/' }
}

async function examineHome({ home }: Config): Promise<Finding> {
  const place = await firstThatExists(home)
  try {
    await access(place, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    return {
      check: 'home',
      state: 'failed',
      detail: `${place} cannot be written (${codeOf(error)})`,
      fix: 'Give this user the folder, or choose another with --home.',
    }
  }
  if (place !== home)
    return { check: 'home', state: 'ok', detail: `${home} will be made at the first start`, fix: null }
  const { mode } = await stat(home)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    return { check: 'home', state: 'warning', detail: `${home} is open to other users`, fix: `Run: chmod 700 ${home}` }
  }
  return { check: 'home', state: 'ok', detail: home, fix: null }
}

/** Others may write in the home: they could put files of theirs in the place of Keyway's. @returns what to say of it */
export async function openToWriting(home: string): Promise<string | undefined> {
  const found = await stat(home).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined || process.platform === 'win32' || (found.mode & 0o022) === 0) return undefined
  return `home: other users may write in ${home}. Run: chmod 700 ${home}`
}

/** The folder, or the nearest one above it that exists. */
async function firstThatExists(folder: string): Promise<string> {
  try {
    await stat(folder)
    return folder
  } catch (error) {
    const above = dirname(folder)
    if (codeOf(error) !== 'ENOENT' || above === folder) return folder
    return firstThatExists(above)
  }
}

async function examineRootKey({ root_key_file: file, home }: Config): Promise<Finding> {
  try {
    const { primary } = await loadRootKeys(file)
    return { check: 'root key', state: 'ok', detail: `${file}, version ${primary}`, fix: null }
  } catch (error) {
    if (!(error instanceof RootKeyError)) throw error
    const fresh =
      error.fault === 'missing' &&
      !(await stat(`${home}/keyway.db`).then(
        () => true,
        () => false,
      ))
    if (fresh) return { check: 'root key', state: 'ok', detail: `${file} will be made at the first start`, fix: null }
    return { check: 'root key', state: 'failed', detail: error.message, fix: error.fix }
  }
}

/** Below this a day of heavy use may fill the disk: a million calls take about 1 GB. */
const FREE_BYTES_WANTED = 1024 ** 3

async function examineDisk({ home }: Config): Promise<Finding> {
  const { bavail, bsize } = await statfs(await firstThatExists(home))
  const free = bavail * bsize
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free`
  if (free >= FREE_BYTES_WANTED) return { check: 'disk', state: 'ok', detail, fix: null }
  return {
    check: 'disk',
    state: 'warning',
    detail,
    fix: 'Make room: a full disk stops every call, since none goes out unrecorded.',
  }
}

/** This version was written in 2026: an earlier clock is wrong, and so would be every window and expiry. */
const EARLIEST_MS = Date.UTC(2026, 0, 1)

function examineClock(now: number): Finding {
  const detail = new Date(now).toISOString()
  if (now >= EARLIEST_MS) return { check: 'clock', state: 'ok', detail, fix: null }
  return { check: 'clock', state: 'failed', detail, fix: 'Set the time of this machine: caps and expiries go by it.' }
}

function examineServer(server: Server, version: string): Finding {
  if (server === undefined) return { check: 'server', state: 'ok', detail: 'not running', fix: null }
  const detail = `${server.url ?? 'running'} (process ${server.pid}, version ${server.version})`
  if (server.version === version) return { check: 'server', state: 'ok', detail, fix: null }
  return { check: 'server', state: 'warning', detail, fix: `This command is version ${version}: restart the server.` }
}

async function examinePort({ host, port }: Config): Promise<Finding> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen(port, host === 'localhost' ? '127.0.0.1' : host, resolve)
    })
    return { check: 'port', state: 'ok', detail: `${port} is free`, fix: null }
  } catch (error) {
    const fix = 'Stop what uses it, or choose another with --port.'
    return {
      check: 'port',
      state: 'failed',
      detail: `${port} on ${host} cannot be listened on (${codeOf(error)})`,
      fix,
    }
  } finally {
    probe.close()
  }
}
