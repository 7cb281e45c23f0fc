extension ReportPage {
  /// Sections that the script fills, or removes when there is nothing to show in them.
  static let body = #"""
    <main>
      <header><h1 id="title"></h1><p class="subtitle" id="subtitle"></p></header>
      <div class="tiles" id="tiles"></div>
      <section class="card" id="command"><h2>Command of the best model</h2><pre></pre></section>
      <section class="card" id="progress">
        <h2>Search</h2><p class="note">Every trial in turn; the line is the best so far. Far worse trials are drawn at the edge.</p>
        <div class="legend"></div><figure></figure>
      </section>
      <section class="card" id="curves">
        <h2>Learning curves</h2><p class="note"></p><div class="legend"></div><figure></figure>
      </section>
      <section class="card" id="loss">
        <h2>Objective</h2><p class="note">What training minimises, over iterations.</p><figure></figure>
      </section>
      <section class="card" id="parameters">
        <h2>Parameters</h2><p class="note"></p><div class="legend"></div><div class="grid"></div>
      </section>
      <section class="card" id="trials">
        <h2>Trials</h2><p class="note"></p><div class="scroll" tabindex="0"><table></table></div><button hidden></button>
      </section>
      <section class="card" id="facts"><h2>Details</h2><div class="scroll" tabindex="0"><table></table></div></section>
      <noscript><p class="note">The charts are drawn by a script in this page; switch scripts on to see them.</p></noscript>
    </main>
    """#
}
