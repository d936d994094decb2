import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { authEntry } from './auth-entry.ts'
import { serveFixture } from './fixture/vite-plugin.ts'
import { NONCE_PLACEHOLDER } from './nonce-placeholder.ts'

// With KEYWAY_URL the app talks to that running server; without it, to a made-up one in this process.
const server = process.env['KEYWAY_URL']

export default defineConfig({
  plugins: [react(), tailwindcss(), authEntry(), ...(server === undefined ? [serveFixture()] : [])],
  html: { cspNonce: NONCE_PLACEHOLDER },
  build: {
    manifest: true,
    // Every font and picture is a file of ours: `data:` would have to be allowed in the content security policy.
    assetsInlineLimit: 0,
    target: 'es2024',
    sourcemap: false,
    // Every browser that has what we build for (es2024) has this too.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page needs, in one file: many small ones compress worse and are asked for one by one.
          groups: [
            {
              name: 'base',
              test: /node_modules\/(react|react-dom|scheduler|i18next|react-i18next|use-sync-external-store|@tanstack\/(?!react-virtual|virtual-core)[^/]+)\//,
            },
            // And our own small pieces that nearly every page has. Not those that bring a library along.
            {
              name: 'pieces',
              test: /\/src\/(api\/(app-error|queries|request|use-act|use-signed-in|fresh-sign-in)\.|brand\/mark|i18n\/(i18n|areas)|search\.|shell\/(?!door|not-found)|style\/|chat\/(models|new-id|preferences|house-note|composer\/(composer|draft|drop-target|grow-with-text|last-models|model-buttons|parts-of|send-key|upload|use-uploads)\.)|ui\/(button|class-names|failure|fold|kbd|notice|skeleton|spinner|toast|toaster)\.)|lucide-react\/dist\/esm\/(?!icons)/,
            },
          ],
        },
      },
    },
  },
  server: {
    host: 'localhost',
    ...(server === undefined ? {} : { proxy: { '/api': server, '/connect': server } }),
  },
})
