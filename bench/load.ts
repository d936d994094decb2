// The load, in a process of its own: commands as JSON lines on stdin, replies as JSON lines on stdout.
import { createInterface } from 'node:readline'
import type { LoadCommand, LoadReply, LoadResult } from './load-protocol.ts'
import { runClosed, runIdle, runOpen } from './load-runs.ts'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const reply = (message: LoadReply) => process.stdout.write(`${JSON.stringify(message)}\n`)

async function nextCommand(): Promise<LoadCommand | undefined> {
  const line = await lines.next()
  return line.done ? undefined : (JSON.parse(line.value) as LoadCommand)
}

async function untilGo(warm: LoadResult): Promise<void> {
  reply({ type: 'warm', ...warm })
  await nextCommand()
}

for (let command = await nextCommand(); command !== undefined; command = await nextCommand()) {
  if (command.run === 'closed') reply({ type: 'result', ...(await runClosed(command, untilGo)) })
  else if (command.run === 'open') reply({ type: 'result', ...(await runOpen(command, untilGo)) })
  else if (command.run === 'idle') reply({ type: 'result', ...(await runIdle(command, untilGo)) })
}
