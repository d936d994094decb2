/** Where a tool is to call, and as whom. */
export type Place = {
  /** This server, without a slash at its end: 'http://localhost:7777'. */
  origin: string
  /** A key of Keyway's, or what stands for one that is not made yet. */
  key: string
  /** Whether the key has a spending cap, as far as it is known. */
  cap: 'none' | 'some'
  models: ToolModels
  shell: Shell
}

/** How the reader's terminal takes assignments. */
export type Shell = 'sh' | 'powershell'

/** Models that the person can call, for the tools that have to be told one. */
export type ToolModels = {
  /** For what speaks OpenAI's chat completions; undefined where nothing can be called. */
  chat: string | undefined
  /** For what speaks Anthropic's Messages, by the name of its size in Claude Code; undefined where nothing speaks it. */
  messages: { opus: string; sonnet: string; haiku: string } | undefined
  /** For what speaks OpenAI's Responses; undefined where nothing speaks it. */
  responses: string | undefined
}

/** What one copies in one go. */
export type Block = {
  /** The file that it belongs in, where it is not for a terminal or form. */
  file?: string
  code: string
  key: 'in it' | 'not in it'
}

/** A program that people use Keyway from. */
export type Tool = {
  id: ToolId
  /** Its own name, in every language. */
  name: string
  /** What its maker's documents ask for; checked when they were read. */
  write: (place: Place) => readonly Block[]
  /** The protocol without which it cannot be used. */
  speaks: keyof ToolModels
}

export type ToolId =
  | 'claudeCode'
  | 'codex'
  | 'cursor'
  | 'openCode'
  | 'cline'
  | 'continue'
  | 'aider'
  | 'openWebui'
  | 'openaiSdk'
  | 'anthropicSdk'
  | 'curl'
  | 'shell'
  | 'powershell'
  | 'dotenv'

/** Where clients of the OpenAI kind call. */
export function openaiUrl({ origin }: Pick<Place, 'origin'>): string {
  return `${origin}/api/v1`
}

/** Assignments, one a line, as that shell takes them. */
export function assign(shell: Shell, pairs: readonly (readonly [name: string, value: string])[]): string[] {
  return pairs.map(([name, value]) =>
    shell === 'sh' ? `export ${name}=${word(value)}` : `$env:${name} = '${value.replaceAll("'", "''")}'`,
  )
}

/** A word as a shell reads it whole. Within single quotes nothing is special but the quote. */
export function word(text: string): string {
  return /^[\w:/.@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
