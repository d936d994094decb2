type Grammar = typeof import('shiki/langs/json.mjs')

/** Each grammar is a file of its own, which comes when somebody's code needs it. */
export const GRAMMARS = {
  bash: { name: 'Shell', load: () => import('shiki/langs/bash.mjs') },
  c: { name: 'C', load: () => import('shiki/langs/c.mjs') },
  csharp: { name: 'C#', load: () => import('shiki/langs/csharp.mjs') },
  css: { name: 'CSS', load: () => import('shiki/langs/css.mjs') },
  dart: { name: 'Dart', load: () => import('shiki/langs/dart.mjs') },
  diff: { name: 'Diff', load: () => import('shiki/langs/diff.mjs') },
  docker: { name: 'Dockerfile', load: () => import('shiki/langs/docker.mjs') },
  elixir: { name: 'Elixir', load: () => import('shiki/langs/elixir.mjs') },
  go: { name: 'Go', load: () => import('shiki/langs/go.mjs') },
  graphql: { name: 'GraphQL', load: () => import('shiki/langs/graphql.mjs') },
  haskell: { name: 'Haskell', load: () => import('shiki/langs/haskell.mjs') },
  hcl: { name: 'HCL', load: () => import('shiki/langs/hcl.mjs') },
  html: { name: 'HTML', load: () => import('shiki/langs/html.mjs') },
  ini: { name: 'INI', load: () => import('shiki/langs/ini.mjs') },
  java: { name: 'Java', load: () => import('shiki/langs/java.mjs') },
  javascript: { name: 'JavaScript', load: () => import('shiki/langs/javascript.mjs') },
  json: { name: 'JSON', load: () => import('shiki/langs/json.mjs') },
  jsx: { name: 'JSX', load: () => import('shiki/langs/jsx.mjs') },
  kotlin: { name: 'Kotlin', load: () => import('shiki/langs/kotlin.mjs') },
  latex: { name: 'LaTeX', load: () => import('shiki/langs/latex.mjs') },
  lua: { name: 'Lua', load: () => import('shiki/langs/lua.mjs') },
  make: { name: 'Makefile', load: () => import('shiki/langs/make.mjs') },
  markdown: { name: 'Markdown', load: () => import('shiki/langs/markdown.mjs') },
  nginx: { name: 'nginx', load: () => import('shiki/langs/nginx.mjs') },
  nix: { name: 'Nix', load: () => import('shiki/langs/nix.mjs') },
  perl: { name: 'Perl', load: () => import('shiki/langs/perl.mjs') },
  php: { name: 'PHP', load: () => import('shiki/langs/php.mjs') },
  powershell: { name: 'PowerShell', load: () => import('shiki/langs/powershell.mjs') },
  proto: { name: 'Protobuf', load: () => import('shiki/langs/proto.mjs') },
  python: { name: 'Python', load: () => import('shiki/langs/python.mjs') },
  r: { name: 'R', load: () => import('shiki/langs/r.mjs') },
  ruby: { name: 'Ruby', load: () => import('shiki/langs/ruby.mjs') },
  rust: { name: 'Rust', load: () => import('shiki/langs/rust.mjs') },
  scala: { name: 'Scala', load: () => import('shiki/langs/scala.mjs') },
  scss: { name: 'SCSS', load: () => import('shiki/langs/scss.mjs') },
  solidity: { name: 'Solidity', load: () => import('shiki/langs/solidity.mjs') },
  sql: { name: 'SQL', load: () => import('shiki/langs/sql.mjs') },
  svelte: { name: 'Svelte', load: () => import('shiki/langs/svelte.mjs') },
  swift: { name: 'Swift', load: () => import('shiki/langs/swift.mjs') },
  toml: { name: 'TOML', load: () => import('shiki/langs/toml.mjs') },
  tsx: { name: 'TSX', load: () => import('shiki/langs/tsx.mjs') },
  typescript: { name: 'TypeScript', load: () => import('shiki/langs/typescript.mjs') },
  vue: { name: 'Vue', load: () => import('shiki/langs/vue.mjs') },
  xml: { name: 'XML', load: () => import('shiki/langs/xml.mjs') },
  yaml: { name: 'YAML', load: () => import('shiki/langs/yaml.mjs') },
  zig: { name: 'Zig', load: () => import('shiki/langs/zig.mjs') },
} as const satisfies Record<string, { name: string; load: () => Promise<Grammar> }>

export type Language = keyof typeof GRAMMARS

/** What else people write after a fence. */
const ALIASES: Readonly<Record<string, Language>> = {
  'c#': 'csharp',
  cs: 'csharp',
  console: 'bash',
  dockerfile: 'docker',
  ex: 'elixir',
  golang: 'go',
  gql: 'graphql',
  hs: 'haskell',
  htm: 'html',
  js: 'javascript',
  json5: 'json',
  jsonc: 'json',
  jsonl: 'json',
  kt: 'kotlin',
  makefile: 'make',
  md: 'markdown',
  mjs: 'javascript',
  patch: 'diff',
  pl: 'perl',
  postgresql: 'sql',
  ps1: 'powershell',
  protobuf: 'proto',
  py: 'python',
  python3: 'python',
  rb: 'ruby',
  rs: 'rust',
  sass: 'scss',
  sh: 'bash',
  shell: 'bash',
  sol: 'solidity',
  svg: 'xml',
  terraform: 'hcl',
  tex: 'latex',
  tf: 'hcl',
  ts: 'typescript',
  yml: 'yaml',
  zsh: 'bash',
}

/** The grammar for what stands after a fence; undefined where there is none. */
export function languageOfCode(word: string): Language | undefined {
  if (Object.hasOwn(GRAMMARS, word)) return word as Language
  if (Object.hasOwn(NEAR, word)) return NEAR[word]?.like
  return Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined
}

/** Languages whose own grammars are far larger than what they would add, with the one that comes near. */
const NEAR: Readonly<Record<string, { name: string; like: Language }>> = {
  cpp: { name: 'C++', like: 'c' },
  'c++': { name: 'C++', like: 'c' },
  hpp: { name: 'C++', like: 'c' },
  objc: { name: 'Objective-C', like: 'c' },
  'objective-c': { name: 'Objective-C', like: 'c' },
}

/** What the language is called. */
export function languageName(word: string): string {
  if (Object.hasOwn(NEAR, word)) return NEAR[word]?.name ?? word
  const known = languageOfCode(word)
  return known === undefined ? word : GRAMMARS[known].name
}
