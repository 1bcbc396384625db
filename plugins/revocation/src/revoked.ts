import { ConfigFault, type Principal } from '@sluice/plugin-api'
import type { RevocationEntry, RevocationList } from './revocation-list.ts'

/** An entry as it is compared: identifiers in lower case, times in milliseconds since 1970. */
interface Rule {
  readonly tenant: string | undefined
  readonly object: string | undefined
  readonly client: string | undefined
  readonly issuedBefore: number | undefined
  readonly until: number
}

/** Who is revoked. One look-up for a principal, however many entries there are, and one less when it comes again. */
export class Revoked {
  readonly size: number
  readonly #byObject = new Map<string, Rule[]>()
  readonly #byClient = new Map<string, Rule[]>()
  /** Of rules that name neither. */
  readonly #others: Rule[] = []
  /** A principal is that of a verified token, and comes again with it: what fits it, whatever the time. */
  readonly #fitting = new WeakMap<Principal, readonly Rule[]>()

  /** @throws ConfigFault at what the schema cannot tell: identifiers of the wrong kind, times that do not exist */
  constructor({ revoked }: RevocationList) {
    this.size = revoked.length
    for (const [i, entry] of revoked.entries()) this.#add(ruleOf(entry, ['revoked', i]))
  }

  has(principal: Principal): boolean {
    const rules = this.#fitting.get(principal) ?? this.#find(principal)
    return rules.some(({ until }) => Date.now() < until)
  }

  #find(principal: Principal): readonly Rule[] {
    const object = principal.objectId.toLowerCase()
    const client = principal.clientId.toLowerCase()
    const tenant = principal.tenantId.toLowerCase()
    const issued = issuedAt(principal.claims)
    const candidates = [this.#byObject.get(object) ?? [], this.#byClient.get(client) ?? [], this.#others].flat()
    const rules = candidates.filter(
      rule =>
        (rule.client === undefined || rule.client === client) &&
        (rule.tenant === undefined || rule.tenant === tenant) &&
        (rule.issuedBefore === undefined || issued < rule.issuedBefore)
    )
    this.#fitting.set(principal, rules)
    return rules
  }

  #add(rule: Rule): void {
    if (rule.object !== undefined) put(this.#byObject, rule.object, rule)
    else if (rule.client !== undefined) put(this.#byClient, rule.client, rule)
    else this.#others.push(rule)
  }
}

const put = (rules: Map<string, Rule[]>, key: string, rule: Rule): void => {
  const known = rules.get(key)
  if (known === undefined) rules.set(key, [rule])
  else known.push(rule)
}

/** In milliseconds; a token that does not say counts as one of long ago. */
const issuedAt = ({ iat }: Principal['claims']): number => (typeof iat === 'number' ? iat * 1000 : -Infinity)

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const ISSUER = /^https?:\/\/./

const ruleOf = (entry: RevocationEntry, at: readonly (string | number)[]): Rule => {
  const tenant = entry.tenant?.toLowerCase()
  const ofAnother = tenant !== undefined && ISSUER.test(tenant)
  const idOf = (key: 'tenant' | 'object' | 'client'): string | undefined => {
    const id = entry[key]?.toLowerCase()
    if (id === undefined || ofAnother || GUID.test(id)) return id
    const advice = key === 'tenant' ? 'nor the URL of an issuer' : 'and tenant is not the issuer of another provider'
    throw new ConfigFault([...at, key], `"${entry[key]}" is no GUID, ${advice}`)
  }
  const timeOf = (key: 'issuedBefore' | 'until'): number | undefined => {
    const text = entry[key]
    const time = text === undefined ? undefined : Date.parse(text)
    if (Number.isNaN(time)) throw new ConfigFault([...at, key], `there is no such time as ${text}`)
    return time
  }
  return {
    tenant: idOf('tenant'),
    object: idOf('object'),
    client: idOf('client'),
    issuedBefore: timeOf('issuedBefore'),
    until: timeOf('until') ?? Infinity
  }
}
