import { chmod, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import type { z } from 'zod'
import { KeywayError } from '../base/errors.ts'
import { CONTROL_BYTES_MAX, type controlAnswer, controlRequest, failureOf } from './control-message.ts'
import { ensurePrivateFolder, socketPlace } from './socket-path.ts'

/** What the server does for the CLI: runs the act of that name. @throws KeywayError */
export type ActRunner = (act: string, args: unknown) => Promise<unknown>

/** How to serve a home's socket. */
export type ControlOptions = {
  home: string
  run: ActRunner
  /** An error that is ours to mend. */
  report(error: unknown): void
}

/**
 * Serves the acts to the CLI over a socket that only this user can open. Whoever calls this holds the lock of the home, so
 * a socket that is there already was left behind by a process that died.
 * @returns what ends it
 */
export async function serveControl({
  home,
  run,
  report,
}: ControlOptions): Promise<{ path: string; close(): Promise<void> }> {
  const userId = process.getuid?.() ?? 0
  const { path, folder } = socketPlace(home, process.platform, userId)
  if (folder !== undefined) await ensurePrivateFolder(folder, userId)
  if (process.platform !== 'win32') await rm(path, { force: true })
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    // A client that went away needs no answer.
    socket.on('error', () => socket.destroy())
    answer(socket, run, report).catch(report)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // Listening on a path binds it at once, so the mask holds from the socket's first moment.
    const mask = process.umask(0o177)
    try {
      server.listen(path, resolve)
    } finally {
      process.umask(mask)
    }
  })
  if (process.platform !== 'win32') await chmod(path, 0o600)
  return {
    path,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

async function answer(socket: Socket, run: ActRunner, report: (error: unknown) => void): Promise<void> {
  const reply = (answer: z.input<typeof controlAnswer>) => {
    if (socket.writable) socket.end(JSON.stringify(answer))
  }
  try {
    const request = controlRequest.safeParse(await readDocument(socket))
    if (!request.success) throw new KeywayError('invalid_request', 'The request is not one of this version of Keyway.')
    reply({ ok: true, result: await run(request.data.act, request.data.args) })
  } catch (error) {
    // A client that closed before it asked is no fault of ours.
    if (!(error instanceof KeywayError) && !socket.destroyed) report(error)
    reply({ ok: false, error: failureOf(error) })
  }
}

/** Reads one JSON document to the end of the stream. @throws KeywayError when it is too long or no JSON */
export async function readDocument(socket: Socket): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of socket.iterator({ destroyOnReturn: false })) {
    size += part.length
    if (size > CONTROL_BYTES_MAX)
      throw new KeywayError('body_too_large', `The message is longer than ${CONTROL_BYTES_MAX} bytes.`)
    parts.push(part)
  }
  try {
    const document: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'))
    return document
  } catch {
    // The parser's message quotes the text, which may hold a secret.
    throw new KeywayError('invalid_json', 'The message is not complete JSON.')
  }
}
