// Makes package-lock.json free of registry addresses: whoever installs uses their own registry, and the integrity
// hashes still pin every byte. (npm's own omit-lockfile-registry-resolved loses the other platforms' optional packages.)
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))
for (const entry of Object.values(lock.packages)) if (!entry.link) delete entry.resolved
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
