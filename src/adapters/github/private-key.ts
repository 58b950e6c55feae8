// Reads the App's private key in every form in which it is usually handed over. It names what is wrong, never the key.

import { createPrivateKey, type KeyObject } from 'node:crypto'

export type KeyReading = { kind: 'key'; pem: string } | { kind: 'wrong'; why: string }

const SMALLEST_BITS = 2048

/** PEM (PKCS#1 or PKCS#8, with real or escaped line breaks), or base64 of one. Answers PKCS#8 in PEM. */
export function readPrivateKey(text: string): KeyReading {
  const pem = toPem(text.trim())
  if (pem === undefined) return { kind: 'wrong', why: 'is no PEM: it does not contain "-----BEGIN … PRIVATE KEY-----"' }
  if (/PUBLIC KEY|CERTIFICATE/.test(pem))
    return { kind: 'wrong', why: 'is a public key; the App needs the private one' }
  if (/ENCRYPTED/.test(pem)) return { kind: 'wrong', why: 'has a passphrase; GitHub hands out keys without one' }
  const key = parse(pem)
  if (!key) return { kind: 'wrong', why: 'is damaged: it looks like a PEM but cannot be read' }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.asymmetricKeyType !== 'rsa' || bits < SMALLEST_BITS)
    return { kind: 'wrong', why: `is no RSA key of at least ${SMALLEST_BITS} bits, as GitHub makes them` }
  return { kind: 'key', pem: key.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

function toPem(text: string): string | undefined {
  const unescaped = text
    .replace(/^(["'])([\s\S]*)\1$/, '$2')
    .replaceAll('\\r', '')
    .replaceAll('\\n', '\n')
  if (unescaped.includes('-----BEGIN ')) return spread(unescaped)
  const decoded = Buffer.from(unescaped, 'base64').toString('latin1')
  return decoded.includes('-----BEGIN ') ? spread(decoded) : undefined
}

/** A key that was pasted into one line, its breaks turned into spaces, gets them back. */
function spread(pem: string): string {
  return pem.replace(/(-----BEGIN [A-Z0-9 ]+-----)([\s\S]*?)(-----END [A-Z0-9 ]+-----)/, (_, begin, body, end) => {
    return `${begin}\n${String(body).trim().split(/\s+/).join('\n')}\n${end}\n`
  })
}

function parse(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
