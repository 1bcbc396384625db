import 'not-there-at-all'
export default {}
