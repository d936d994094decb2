import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { build, type Plugin } from 'vite'
import { NONCE_PLACEHOLDER } from './nonce-placeholder.ts'

/** What the page always needs. */
const ALWAYS =
  /node_modules\/(?:react|react-dom|scheduler)\/|\/src\/(?:ui|brand|format|style)\/|\/src\/api\/(?:request|app-error)|\/src\/auth\/(?!sign-in-form|door-texts|model-list)/

/**
 * Builds auth.html beside the app: the page on which a person decides what an app gets. It is a build of its own, so that
 * it shares no file with the app and stays small: whoever comes from another site loads this and nothing else.
 */
export function authEntry(): Plugin {
  let outDir = 'dist'
  return {
    name: 'keyway-auth-entry',
    apply: 'build',
    configResolved: (config) => {
      outDir = config.build.outDir
    },
    closeBundle: async () => {
      await build({
        configFile: false,
        logLevel: 'warn',
        root: fileURLToPath(new URL('.', import.meta.url)),
        publicDir: false,
        plugins: [react(), tailwindcss()],
        html: { cspNonce: NONCE_PLACEHOLDER },
        build: {
          outDir,
          emptyOutDir: false,
          manifest: '.vite/auth-manifest.json',
          assetsInlineLimit: 0,
          target: 'es2024',
          modulePreload: false,
          rolldownOptions: {
            input: fileURLToPath(new URL('auth.html', import.meta.url)),
            // Everything that the page always needs in one file; sign-in and the list of models come when they are wanted.
            output: { codeSplitting: { groups: [{ name: 'auth-page', test: ALWAYS }] } },
          },
        },
      })
    },
  }
}
