import { connect, type Socket } from 'node:net'
import { KeywayError } from '../base/errors.ts'
import { controlAnswer, errorOf } from './control-message.ts'
import { readDocument } from './control-server.ts'
import { codeOf } from './message-of.ts'
import { socketPlace } from './socket-path.ts'

/** Nobody serves this home. */
export const ABSENT = Symbol('no server owns the home')

/**
 * Asks the server that owns the home to run an act.
 * @returns its result, or ABSENT when no server is there
 * @throws KeywayError what the act threw
 */
export async function askServer(home: string, act: string, args: unknown): Promise<unknown> {
  const socket = await open(socketPlace(home, process.platform, process.getuid?.() ?? 0).path)
  if (socket === undefined) return ABSENT
  try {
    socket.end(JSON.stringify({ act, args }))
    const answer = controlAnswer.safeParse(await readDocument(socket))
    if (!answer.success)
      throw new KeywayError('internal', 'The running server is not of this version.', {
        fix: 'Restart it, then try again.',
      })
    if (!answer.data.ok) throw errorOf(answer.data.error)
    return answer.data.result
  } finally {
    socket.destroy()
  }
}

/** Whether a server that owns the home answers the CLI by now. */
export async function serverListens(home: string): Promise<boolean> {
  const socket = await open(socketPlace(home, process.platform, process.getuid?.() ?? 0).path)
  socket?.destroy()
  return socket !== undefined
}

async function open(path: string): Promise<Socket | undefined> {
  const socket = connect({ path, allowHalfOpen: true })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return socket
  } catch (error) {
    socket.destroy()
    // A socket without a listener was left behind by a process that died.
    if (['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes(codeOf(error))) return undefined
    throw new KeywayError('internal', `The running server cannot be reached (${codeOf(error)}).`, {
      fix: 'Run this as the user that runs the server.',
      cause: error,
    })
  }
}
