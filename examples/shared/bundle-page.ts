import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/** A page's script with all that it imports. In your app this is what Vite does before you deploy. */
export async function bundlePage(script: URL): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(script),
    platform: 'browser',
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  return output[0].code
}
