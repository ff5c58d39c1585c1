import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme'

import ClientOptionsPlayground from './playground/ClientOptionsPlayground.vue'

import './style.css'

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('ClientOptionsPlayground', ClientOptionsPlayground)
  },
}

export default theme
