/** One thing that is wrong with the configuration. The message never repeats a value, since that may be a secret. */
export type Problem = {
  /** The setting ('limits.body_bytes'), the variable or the flag at fault. */
  name: string
  /** What was expected, and what to do. */
  message: string
  file?: string
  /** From 1. */
  line?: number
}

/** 'keyway.yaml:3: limits.body_bytes: expected a whole number' */
export function describeProblem(problem: Problem): string {
  const place =
    problem.file === undefined ? '' : `${problem.file}${problem.line === undefined ? '' : `:${problem.line}`}: `
  return `${place}${problem.name}: ${problem.message}`
}
