import { type Child, startChild } from './child.ts'
import type { Contender } from './contender.ts'
import type { LoadCommand, LoadReply, LoadResult, Target } from './load-protocol.ts'
import { type MockModel, requestBody } from './mock-replies.ts'
import type { Expectation } from './reply-check.ts'

/** The load's process, started once for the whole bench so that it is as warm for the last contender as for the first. */
export class LoadProcess {
  private readonly child: Child

  constructor() {
    this.child = startChild([process.execPath, new URL('./load.ts', import.meta.url).pathname], { core: 'load' })
  }

  /**
   * Runs one command. `between` runs after the warm-up (or when all idle streams stand), while nothing is in flight.
   * @throws Error when the load ends
   */
  async run(command: LoadCommand, between: (warm: LoadResult) => Promise<void> | void): Promise<LoadResult> {
    this.send(command)
    await between(await this.reply('warm'))
    this.send({ run: 'go' })
    return this.reply('result')
  }

  stop(): Promise<void> {
    return this.child.stop()
  }

  private send(command: LoadCommand): void {
    this.child.process.stdin?.write(`${JSON.stringify(command)}\n`)
  }

  private async reply(type: LoadReply['type']): Promise<LoadResult> {
    const reply = JSON.parse(await this.child.line()) as LoadReply
    if (reply.type !== type) throw new Error(`the load said "${reply.type}" where "${type}" was expected`)
    return reply
  }
}

/** The mock's model and the expected reply, as a target at that contender. */
export function targetOf(contender: Contender, model: MockModel, expected: Expectation): Target {
  const { port, path, headers } = contender
  const body = requestBody(contender.model(model), expected === 'json' ? 'json' : 'stream').toString()
  return { port, path, headers, body, expected }
}
