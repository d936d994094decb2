/** How other programs are told to use this server. */
export const texts = {
  use: {
    title: 'Use it from',
    about: 'The same models in the programs that you work with: your address, a key, and models that you can call.',
    cardTitle: 'Use it from Claude Code, Codex or Cursor',
    cardAbout: 'The same models in your own programs. Your base URL:',
    copyUrl: 'Copy the base URL',
    close: 'Not now',
    more: '{{count}} more',
    copy: 'Copy',
    copyNew: 'Copy with its own key',
    copyAbout: 'Makes a key named “{{name}}” and puts it in. It is shown this once.',
    made: 'The key “{{name}}” is shown here this once; Keyway keeps no copy',
    without: {
      chat: 'None of your models can be called by a key yet. Connect OpenRouter or add a provider’s key first.',
      messages:
        'It speaks Anthropic’s protocol, which none of your providers does. With OpenRouter or Anthropic connected it works.',
      responses:
        'It speaks OpenAI’s Responses protocol, which none of your providers does. With OpenRouter or OpenAI connected it works.',
    },
    where: {
      claudeCode:
        'In the terminal where you start it. To keep it, the same names go under “env” in ~/.claude/settings.json.',
      codex: 'First its configuration, at the top of the file; then the key, in the terminal where you start it.',
      cursor:
        'Settings, Models, API Keys: switch on “Override OpenAI Base URL” and “OpenAI API Key”, and add the model by its name.',
      openCode: 'In its configuration; then choose the model with /models.',
      cline: 'Settings, API Provider: “OpenAI Compatible”. Then base URL, API key and model ID:',
      continue: 'In its configuration:',
      aider: 'In the terminal where you start it, with any model of the list:',
      openWebui: 'Admin settings, Connections, OpenAI API, plus sign. Then these two:',
      openaiSdk: 'With the openai package, unchanged:',
      anthropicSdk: 'With the anthropic package, unchanged:',
      curl: 'In a terminal:',
      shell: 'For a shell, such as bash or zsh:',
      powershell: 'For PowerShell:',
      dotenv: 'For an .env file:',
    },
    trap: {
      claudeCode:
        'Signed in to claude.ai there? Enter /logout first. The address has no /v1; /status shows what it uses.',
      codex:
        'It takes no other wire_api than “responses”, and no provider from a project’s own file. A key with a cap needs web_search = “disabled” there.',
      cursor: 'Cursor calls from its own servers, and needs a paid plan for this.',
      continue: 'The file holds the key: keep it out of repositories.',
      aider: 'The name of the model needs the “openai/” in front.',
      openWebui: 'In a container, localhost is the container: write host.docker.internal there.',
      anthropicSdk: 'The address has no /v1: the package adds it.',
      dotenv: 'It belongs in no repository.',
    },
    cursorOut:
      'Cursor calls from its own servers, and cannot reach {{origin}}: Keyway needs a public https address for it.',
  },
} as const
