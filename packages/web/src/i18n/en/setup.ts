/** Setting up: the first sign-in of an account, and the demo's. */
export const texts = {
  setup: {
    neededTitle: 'Keyway is running',
    neededAbout:
      'Nobody can sign in yet. The terminal that started Keyway shows a one-time link: open it in this browser.',
    neededCommand: 'The link is gone or older than 15 minutes? This prints a new one:',
    checking: 'Looking at your link',
    title: 'Set up your sign-in',
    about: 'This link makes you {{role}} of this Keyway. Choose how to sign in from now on.',
    name: 'Your name',
    passkey: 'Create a passkey',
    passkeyAbout: 'Your fingerprint, face or device code. Nothing to remember, nothing to steal.',
    password: 'Use a password instead',
    passwordSubmit: 'Set password and continue',
    passkeyInstead: 'Use a passkey instead',
    thisMachine: 'This machine only',
    thisMachineAbout: 'No sign-in at all. Anyone who can use a browser on this computer can use Keyway.',
    goneTitle: 'This link no longer works',
    goneAbout: 'It was used, has expired or is incomplete. A link works once; ask for another one.',
    toSignIn: 'Go to sign-in',
    expires: 'The link works until {{time}}.',
  },
  demo: {
    entering: 'Opening the demo',
    enteringAbout: 'You are signed in as a sample owner. Every answer is simulated and nothing leaves this machine.',
  },
  roles: { owner: 'the owner', admin: 'an admin', member: 'a member' },
} as const
