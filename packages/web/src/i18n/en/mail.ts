/** Addresses and links by mail: a forgotten password, an address to confirm. */
export const texts = {
  mail: {
    email: 'E-mail',
    emailHint: 'To get back in if you forget your password. We send a link to confirm it.',
    forgotTitle: 'Choose a new password',
    forgotAbout: 'We send a link to the confirmed address of your account.',
    forgotSubmit: 'Send the link',
    sentTitle: 'Look into your mailbox',
    sentAbout:
      'If {{email}} is the confirmed address of an account that signs in by password, a link is on its way. It works once, for 30 minutes.',
    resetTitle: 'Choose a new password',
    resetAbout: 'For {{login}}. You are signed out everywhere else when it changes.',
    resetSubmit: 'Set password and sign in',
    checking: 'Looking at your link',
    goneTitle: 'This link no longer works',
    goneReset: 'It was used, has expired or is incomplete. A link works once and for 30 minutes.',
    goneConfirm: 'It was used, has expired or is incomplete. Ask for another one under Account.',
    again: 'Send another link',
    confirmTitle: 'Confirm your address',
    confirmAbout: 'One press, and the address is on your account.',
    confirmSubmit: 'Confirm',
    confirmedTitle: 'Your address is confirmed',
    confirmedAbout: 'It is on your account from now on.',
    goOn: 'Go on to Keyway',
  },
} as const
