// A self-signed certificate for 127.0.0.1, because the API is only ever spoken to over TLS. Made anew for each run; it must
// never be trusted but by the process under test.

import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export type Certificate = { key: string; cert: string }

const DAY_MS = 86_400_000
const OID = {
  commonName: '0603550403',
  ecdsaWithSha256: '06082a8648ce3d040302',
  alternativeName: '0603551d11',
  constraints: '0603551d13',
}

/** X.509 v3 (RFC 5280), ECDSA P-256, valid for two days around now. */
export function makeCertificate(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  })
  const body = toBeSigned(publicKey)
  const signature = sign('sha256', body, createPrivateKey(privateKey))
  const der = sequence(body, sequence(hex(OID.ecdsaWithSha256)), bits(signature))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  const cert = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
  return { key: privateKey, cert }
}

function toBeSigned(publicKey: Buffer): Buffer {
  const name = sequence(element(0x31, sequence(hex(OID.commonName), element(0x0c, Buffer.from('github stand-in')))))
  const valid = sequence(time(Date.now() - DAY_MS), time(Date.now() + DAY_MS))
  const address = element(0x87, Buffer.from([127, 0, 0, 1]))
  const isAuthority = element(0x01, Buffer.from([0xff]))
  const extensions = sequence(
    sequence(hex(OID.alternativeName), octets(sequence(address))),
    sequence(hex(OID.constraints), isAuthority, octets(sequence(isAuthority))),
  )
  const version = element(0xa0, element(0x02, Buffer.from([2])))
  const serial = element(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]))
  const algorithm = sequence(hex(OID.ecdsaWithSha256))
  return sequence(version, serial, algorithm, name, valid, name, publicKey, element(0xa3, extensions))
}

function time(at: number): Buffer {
  const text = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')
  return element(0x17, Buffer.from(text.slice(2)))
}

function bits(bytes: Buffer): Buffer {
  return element(0x03, Buffer.concat([Buffer.from([0]), bytes]))
}

function octets(bytes: Buffer): Buffer {
  return element(0x04, bytes)
}

function sequence(...parts: Buffer[]): Buffer {
  return element(0x30, Buffer.concat(parts))
}

function element(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}
