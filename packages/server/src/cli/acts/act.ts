import type { z } from 'zod'
import { issueMessage, issueName } from '../../config/issue-message.ts'
import { UsageError } from '../usage-error.ts'
import type { ActHouse } from './house.ts'

/**
 * Something that the CLI does to a house: the same whether the running server does it for us or we open the house
 * ourselves. Knows no terminal.
 */
export type Act<Result> = {
  /** 'keys.create' */
  name: string
  /** Checks arguments before they travel. @throws UsageError naming the one that is wrong */
  check(args: unknown): void
  /** Reads arguments that came from elsewhere, runs the act, and gives a result that JSON can carry. */
  handle(house: ActHouse, args: unknown): Promise<Result>
  /** Reads a result that came from elsewhere. */
  read(result: unknown): Result
}

/** An act of any kind, for the table of them. */
export type AnyAct = Pick<Act<unknown>, 'name' | 'handle'>

/** Makes an act of its schemas and what it does. The result's schema is the contract of `--json`. */
export function defineAct<Args extends z.ZodType, Result extends z.ZodType>(spec: {
  name: string
  args: Args
  result: Result
  run(house: ActHouse, args: z.output<Args>): Promise<z.input<Result>>
}): Act<z.output<Result>> {
  const parse = (args: unknown) => {
    const parsed = spec.args.safeParse(args)
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    throw new UsageError(
      issue === undefined ? 'is not valid' : `${optionName(issueName(issue.path))}${issueMessage(issue)}`,
    )
  }
  return {
    name: spec.name,
    check: (args) => void parse(args),
    handle: async (house, args) => spec.result.parse(await spec.run(house, parse(args))),
    read: (result) => spec.result.parse(result),
  }
}

/** 'no_browser' -> '--no-browser: ' */
function optionName(name: string): string {
  return name === '' ? '' : `--${name.replaceAll('_', '-')}: `
}
