import { randomInt } from 'node:crypto'
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { backup } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { runAct } from '../acts/all.ts'
import type { ActContext } from '../acts/context.ts'
import type { AuditKeyPlace } from '../audit-seal.ts'
import { MIGRATIONS } from '../migrations/all.ts'
import { kyselyOver, openDatabase } from './database.ts'
import { checkHomeFiles, DATABASE_FILE } from './home-files.ts'
import { lockHome } from './home-lock.ts'
import { LedgerWriter } from './ledger-writer.ts'
import { type Answer, type Request, toFailure, type WriterOptions } from './messages.ts'
import { checkMigrations, makePrivateFile, migrate } from './migrate.ts'
import { emptyLog, settleHolds } from './recover.ts'

// The thread that owns the database. It answers one request after another, in the order in which they came, so a read
// sees every act that was sent before it.

/** Each start has a number of its own, by chance: what an earlier one was writing is told by it. */
const MOST_INSTANCE = 2 ** 47

async function openHome({ home, now }: WriterOptions) {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  checkHomeFiles(home)
  const unlock = lockHome(home)
  try {
    const path = join(home, DATABASE_FILE)
    checkMigrations(path, MIGRATIONS)
    // SQLite gives its log the mode of the database.
    closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
    const database = openDatabase(path)
    migrate(database, path, { migrations: MIGRATIONS, now })
    const db = kyselyOver(database)
    const writer = new LedgerWriter(database)
    const instance = randomInt(1, MOST_INSTANCE)
    const context: ActContext = { db, dialect: 'sqlite', now, instance, changes: [], audit: {} }
    const started = await runAct(context, 'bootstrap', [])
    await settleHolds(db, writer, now)
    return { database, db, writer, instance, started, unlock }
  } catch (error) {
    unlock()
    throw error
  }
}

async function serve(port: NonNullable<typeof parentPort>, options: WriterOptions): Promise<void> {
  const answer = (message: Answer) => port.postMessage(message)
  let home: Awaited<ReturnType<typeof openHome>>
  try {
    home = await openHome(options)
  } catch (error) {
    answer({ kind: 'failed', failure: toFailure(error) })
    return
  }
  const { database, db, writer, instance, unlock } = home

  const audit: AuditKeyPlace = {}
  const close = async (now: number) => {
    await settleHolds(db, writer, now)
    emptyLog(database)
    database.close()
    unlock()
  }

  const carryOut = async (request: Exclude<Request, { kind: 'batch' }>): Promise<Answer> => {
    try {
      if (request.kind === 'backup') {
        makePrivateFile(request.path)
        await backup(database, request.path)
        return { kind: 'done', value: undefined, changes: [] }
      }
      if (request.kind === 'close') {
        await close(request.now)
        return { kind: 'done', value: undefined, changes: [] }
      }
      const context: ActContext = { db, dialect: 'sqlite', now: request.now, instance, changes: [], audit }
      const value = await runAct(context, request.name, request.rest)
      return { kind: 'done', value, changes: context.changes }
    } catch (error) {
      return { kind: 'failed', failure: toFailure(error) }
    }
  }

  const waiting: Request[] = []
  let busy = false
  const work = async () => {
    busy = true
    for (let request = waiting.shift(); request; request = waiting.shift()) {
      if (request.kind === 'batch') answer({ kind: 'written', errors: writer.write(request.values) })
      else answer(await carryOut(request))
      if (request.kind === 'close') port.close()
    }
    busy = false
  }
  port.on('message', (request: Request) => {
    waiting.push(request)
    if (!busy) void work()
  })
  answer({ kind: 'done', value: home.started, changes: [] })
}

if (parentPort) await serve(parentPort, workerData)
