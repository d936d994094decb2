// `keyway` in a process that is ready before it is needed: everything is loaded, then one line of JSON on standard input
// says with which words to begin. A proof that kills a server hundreds of times would otherwise mostly wait for modules.
import { createInterface } from 'node:readline'
import { main } from '../../cli/main.ts'
import '../../main.ts'

const lines = createInterface({ input: process.stdin })
lines.once('line', (line) => {
  const words: string[] = JSON.parse(line)
  lines.close()
  process.stdin.destroy()
  main(words).then(
    (code) => {
      process.exitCode = code
    },
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exitCode = 1
    },
  )
})
