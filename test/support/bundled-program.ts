/** A program in TypeScript, bundled for a child process: the oldest supported Node.js cannot run it. */

import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * @param contents what the child runs, such as the import of one file.
 * @param from the `import.meta.url` of the file that the imports are relative to.
 */
export async function bundledProgram(contents: string, from: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', from)), loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    // The package says that its files do nothing when they are imported; such programs do.
    ignoreAnnotations: true,
  })
  return outputFiles[0]?.text ?? ''
}
