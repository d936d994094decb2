import type { Same } from '../areas.ts'
import type { texts as english } from '../en/use.ts'

export const texts: Same<typeof english> = {
  use: {
    title: 'Nutzen aus',
    about: 'Dieselben Modelle in deinen Programmen: deine Adresse, ein Schlüssel und Modelle, die du aufrufen kannst.',
    cardTitle: 'Auch aus Claude Code, Codex oder Cursor',
    cardAbout: 'Dieselben Modelle in deinen eigenen Programmen. Deine Basis-URL:',
    copyUrl: 'Basis-URL kopieren',
    close: 'Nicht jetzt',
    more: '{{count}} weitere',
    copy: 'Kopieren',
    copyNew: 'Mit eigenem Schlüssel kopieren',
    copyAbout: 'Legt einen Schlüssel „{{name}}“ an und setzt ihn ein. Er wird nur dieses eine Mal gezeigt.',
    made: 'Der Schlüssel „{{name}}“ steht nur dieses eine Mal hier; Keyway behält keine Kopie',
    without: {
      chat: 'Noch kann ein Schlüssel keines deiner Modelle aufrufen. Verbinde zuerst OpenRouter oder hinterlege den Schlüssel eines Anbieters.',
      messages:
        'Es spricht das Protokoll von Anthropic, das keiner deiner Anbieter kann. Mit OpenRouter oder Anthropic geht es.',
      responses:
        'Es spricht das Responses-Protokoll von OpenAI, das keiner deiner Anbieter kann. Mit OpenRouter oder OpenAI geht es.',
    },
    where: {
      claudeCode:
        'Im Terminal, in dem du es startest. Auf Dauer gehören dieselben Namen unter „env“ in ~/.claude/settings.json.',
      codex: 'Zuerst die Einstellungen, oben in der Datei; dann der Schlüssel, im Terminal, in dem du es startest.',
      cursor:
        'Settings, Models, API Keys: „Override OpenAI Base URL“ und „OpenAI API Key“ einschalten und das Modell mit seinem Namen hinzufügen.',
      openCode: 'In seinen Einstellungen; dann wählst du das Modell mit /models.',
      cline: 'Settings, API Provider: „OpenAI Compatible“. Dann Basis-URL, Schlüssel und Modell:',
      continue: 'In seinen Einstellungen:',
      aider: 'Im Terminal, in dem du es startest, mit jedem Modell der Liste:',
      openWebui: 'Admin-Einstellungen, Verbindungen, OpenAI-API, Pluszeichen. Dann diese zwei:',
      openaiSdk: 'Mit dem Paket openai, unverändert:',
      anthropicSdk: 'Mit dem Paket anthropic, unverändert:',
      curl: 'In einem Terminal:',
      shell: 'Für eine Shell wie bash oder zsh:',
      powershell: 'Für PowerShell:',
      dotenv: 'Für eine .env-Datei:',
    },
    trap: {
      claudeCode:
        'Dort bei claude.ai angemeldet? Dann zuerst /logout. Die Adresse hat kein /v1; /status zeigt, was gilt.',
      codex:
        'Es nimmt als wire_api nur „responses“, und keinen Anbieter aus der Datei eines Projekts. Ein Schlüssel mit Obergrenze braucht dort web_search = „disabled“.',
      cursor: 'Cursor ruft von eigenen Servern aus an und braucht dafür ein bezahltes Abo.',
      continue: 'Die Datei enthält den Schlüssel: Sie gehört in kein Repository.',
      aider: 'Vor den Namen des Modells gehört „openai/“.',
      openWebui: 'In einem Container ist localhost der Container: Schreib dort host.docker.internal.',
      anthropicSdk: 'Die Adresse hat kein /v1: Das Paket fügt es an.',
      dotenv: 'Sie gehört in kein Repository.',
    },
    cursorOut:
      'Cursor ruft von eigenen Servern aus an und erreicht {{origin}} nicht: Dafür braucht Keyway eine öffentliche https-Adresse.',
  },
}
