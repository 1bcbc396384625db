export { explanations, type ExplainedCode, type Explanation } from './explanations.ts'
export { explain, readCode, type Explained } from './explain.ts'
export { facadeExplanations, type FacadeExplanation, type Mending } from './facade.ts'
