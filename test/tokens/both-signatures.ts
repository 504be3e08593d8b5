/** The signatures of Node and those of WebCrypto as one, which fails where the two do not agree. */

import type { SigningAlgorithm } from '../../src/tokens/key-import.ts'
import { nodeSignatures } from '../../src/tokens/node-signatures.ts'
import type { SignatureCheck, Signatures } from '../../src/tokens/signatures.ts'
import type { JsonObject } from '../../src/tokens/strict-json.ts'
import { webSignatures } from '../../src/tokens/web-signatures.ts'

export const bothSignatures = {
  async importCheck(algorithm: SigningAlgorithm, jwk: JsonObject): Promise<SignatureCheck> {
    const importBy = async (signatures: Signatures) => signatures.importCheck(algorithm, jwk)
    const [node, web] = await Promise.allSettled([
      importBy(nodeSignatures),
      importBy(webSignatures),
    ])
    if (node.status !== web.status) {
      throw new Error(`one of the two takes this key: ${JSON.stringify(jwk)}`)
    }
    if (node.status === 'rejected') throw node.reason
    if (web.status === 'rejected') throw web.reason
    return async (signed, signature) => {
      // What throws is no signature either: `verifySignature` sees to it.
      const [byNode, byWeb] = await Promise.all(
        [node.value, web.value].map(async (check) => check(signed, signature)).map(orFalse),
      )
      if (byNode !== byWeb) throw new Error(`Node says ${byNode}, WebCrypto ${byWeb}`)
      return byNode === true
    }
  },
  decode(base64url: string) {
    const bytes = nodeSignatures.decode(base64url)
    const hex = (given: Uint8Array | undefined) => given && Buffer.from(given).toString('hex')
    if (hex(bytes) !== hex(webSignatures.decode(base64url))) throw new Error('decoded otherwise')
    return bytes
  },
}

const orFalse = (verdict: Promise<boolean>): Promise<boolean> => verdict.catch(() => false)
