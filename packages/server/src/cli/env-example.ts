import type { Provider } from '../providers/provider.ts'

/** The text of `.env.example`: what Keyway reads from the environment, all of it optional. */
export function envExample(providers: readonly Pick<Provider, 'env'>[]): string {
  // Nothing behind a value: `docker run --env-file` would take it for a part of the key.
  const keys = providers.flatMap(({ env }) => (env[0] === undefined ? [] : [`# ${env[0]}=`]))
  return [
    '# Copy this file to .env and fill in what you have. Everything is optional.',
    '# The real environment wins over .env. Each key may also be given as <NAME>_FILE with the path of a file.',
    '',
    '# Provider keys. They are used as they are and never written to the database.',
    ...keys,
    '',
    '# Where Keyway listens and keeps its data.',
    '# KEYWAY_PORT=7777',
    '# KEYWAY_HOST=localhost',
    '# KEYWAY_HOME=',
    '# KEYWAY_PUBLIC_URL=https://keyway.example.com',
    '# KEYWAY_ROOT_KEY_FILE=',
    '# KEYWAY_CONFIG=keyway.yaml',
    '',
    '# Every other setting has a name as well: see docs/configuration.md',
    '# KEYWAY_OAUTH__REQUIRE_S256=true',
    '',
  ].join('\n')
}
