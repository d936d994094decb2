/** The first page. */
export const texts = {
  home: {
    emptyTitle: 'No model is connected yet',
    emptyAbout: 'Keyway needs one way to reach a model. Either takes under a minute, and you can undo it at any time.',
    connectTitle: 'Connect with OpenRouter',
    connectAbout: 'Approve once, no key to copy. Hundreds of models from every large provider.',
    connect: 'Connect',
    pasteTitle: 'Paste a key',
    pasteAbout: 'From OpenAI, Anthropic, Google or any other provider. It is sealed at once and never shown again.',
    paste: 'Paste a key',
    recommended: 'Quickest',
    houseTitle: 'Or try what your operator provides',
    houseUse: 'Chat now',
    houseWithheld: 'It may keep what is sent, and you asked for providers that do not.',
    houseChange: 'Change the setting',
    houseAbout: '{{models}}, at no cost to you.',
    houseLeft: '{{left}} of {{daily}} messages left today, resets {{time}} UTC',
    whereItGoes:
      'Messages go to the provider you choose, under your own agreement with it. Keyway stores them here and trains on nothing.',
  },
} as const
