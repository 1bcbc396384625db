/** The public half of an RSA key. */
export interface PublicKey {
  readonly kid: string
  readonly n: string
  readonly e: string
}

/** A key that every key set lists first and nothing is signed with, as Entra lists several: no client may take the first. */
export const idleKey: PublicKey = {
  kid: '4vHLovH2190AM-JoaDGxQav-ksE',
  n: 'yUTYe9w10O4h9XMgKHcBLuHTTlKY8GQV4q1JIE1JmC16ItuJAI9nYKLjTCmsgVFdVNlFMXtE_itvEN6BWcVLrUSLlvFcGF9bNELgH-kvfUaV-_uxFhwB7ad1MqAorn0fGtnGL0mCeG-deMcU6dMKLiprtOxsbeGbG67pR9930jV5b178Nl0Ufw96eMCs7cGOHwZ-JmJrJPWUbYIj7mAdjaGlN8AeLFFhSxGDzzTjBsZJGiJJaVJMr0WRTdWFgeYpNj9j_2frq3kdL8Pf4z7o3SkD9IMO0EL-wf9ctBoLNvddp-ktezwA3uGw-M3lJbMd72YdWyfe5Bq67jf09VQmWQ',
  e: 'AQAB'
}

/** A key of personal Microsoft accounts: in multi-tenant key sets only, and only good for that one issuer. */
export const personalAccountKey: PublicKey = {
  kid: 'wGvm3QuM94IcNYI0ofFTlZsVAfE',
  n: 'wArVRRR8Mytm9LUrS0e9EVjAnPvEnM81pHEoSRMoqwENKGvPECyoqpGPKB0hzskjtn4V1V1wbRFdM5Jp2K4UK8wtYgADBR8yAiphqPsdiOfwW2sm7vKoKKOv5iHzBbsW9bN7OnG6sWwiAptqBllDZmHgCKUkzZExrUq2T0f-8saa-djYEWuYvzE6bDFHLDsHfINC4v266jLUv1r9XHH4uVWmQ9n9H-Pxd2B70LDUn1WVRo86yi9iH9KjDp44VjEWFKKDJdSK8LzxgRMq3Hd6jqtoIh4FIVahbhFUk8Bz4eOMRYvOdDI83wUaUSsFViHqhkfJioww1uMvacH-ftgM8Q',
  e: 'AQAB'
}

/** The tenant of personal Microsoft accounts. */
export const personalAccountTenant = '9188040d-6c67-4c5b-b112-36a304b66dad'
