// `keyway` in a process that is ready before it is needed: everything is loaded, then one line of JSON on standard input
// says with which words to begin. A proof that kills a server hundreds of times would otherwise mostly wait for modules.
import { flushCompileCache } from 'node:module'
import { createInterface } from 'node:readline'
import { main } from '../../cli/main.ts'
import '../../main.ts'

// Whoever is killed leaves nothing for the next: what the sources compile to is written down now.
flushCompileCache()
const { stdin } = process
const lines = createInterface({ input: stdin })
lines.once('line', (line) => {
  const words: string[] = JSON.parse(line)
  // Only a server that was asked to stop ends by itself: an open input must not keep it.
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
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
// The test that started this is gone, however it went: nothing may stay behind.
stdin.once('end', () => process.kill(process.pid, 'SIGKILL'))
