// node scripts/tell-stumbles.ts FILE: what failed in a run, and what passed only when it was tried again.
import { readStumbles, tellStumbles } from './stumbles.ts'

for (const line of process.argv.slice(2).flatMap((file) => tellStumbles(readStumbles(file)))) console.log(line)
