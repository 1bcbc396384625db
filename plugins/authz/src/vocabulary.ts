import { CelScalar, type CelType, listType, mapType } from '@bufbuild/cel'

/** An object whose members are known by name; `others` is the type of those that are not, if there may be any. */
export interface Fields {
  readonly kind: 'fields'
  readonly fields: Readonly<Record<string, RuleType>>
  readonly others?: CelType
  /** Members that exist and that no rule may use, with what to write instead. */
  readonly refused?: Readonly<Record<string, string>>
}

/** The type of a part of a rule. */
export type RuleType = CelType | Fields

const { STRING, BOOL, DYN } = CelScalar
const TEXTS = listType(STRING)

const fields = (members: Fields['fields'], more: Omit<Fields, 'kind' | 'fields'> = {}): Fields => ({
  kind: 'fields',
  fields: members,
  ...more
})

/** Claims that say a scope, a parent or a name, and that rules on them would misread. */
const REFUSED_CLAIMS = {
  scp: 'scp is one text, of which contains() finds parts of names: write "name" in jwt.scopes',
  xms_par_app_azp:
    'it would let in every agent of the blueprint; it is recorded and decides nothing. Use principal.clientId'
}

/** Everything that a rule can name. */
export const vocabulary: Readonly<Record<string, Fields>> = {
  principal: fields(
    {
      tenantId: STRING,
      objectId: STRING,
      clientId: STRING,
      kind: STRING,
      scopes: TEXTS,
      roles: TEXTS,
      groups: TEXTS,
      guest: BOOL,
      viaAgent: BOOL
    },
    { refused: { name: 'a name can change and be given anew: use principal.objectId, a role or a group' } }
  ),
  jwt: fields({ scopes: TEXTS, roles: TEXTS, groups: TEXTS }, { others: DYN, refused: REFUSED_CLAIMS }),
  mcp: fields({
    method: STRING,
    tool: fields({ name: STRING, arguments: mapType(STRING, DYN) }),
    prompt: fields({ name: STRING }),
    resource: fields({ uri: STRING }),
    task: fields({ id: STRING })
  }),
  request: fields({ method: STRING, path: STRING, host: STRING, headers: mapType(STRING, STRING) }),
  source: fields({ address: STRING })
}

export const isFields = (type: RuleType): type is Fields => type.kind === 'fields'

/** A type as rules' authors know it. */
export const typeName = (type: RuleType): string => (isFields(type) ? 'map' : type.toString())
