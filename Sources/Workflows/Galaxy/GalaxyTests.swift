/// Returns the tests that Galaxy runs: the command's main use, and an error with its exit code.
func galaxyTests(for tool: WorkflowTool) -> [String] {
  switch tool.command {
  case .integrate:
    integrateTests
  case .map:
    mapTests
  case .evaluate:
    evaluateTests
  }
}

private let integrateTests = """
  <test expect_num_outputs="3">
      <param name="cells" value="lab_a.h5,lab_b.h5" ftype="h5"/>
      <param name="outputs" value="json,model"/>
      <section name="training_options">
          <param name="visits" value="20000"/>
      </section>
      <output name="h5ad" ftype="h5ad">
          <assert_contents>
              <has_h5_keys keys="obs/batch,obsm/X_scharmonize,obsm/X_scharmonize_latent"/>
          </assert_contents>
      </output>
      <output name="model" ftype="h5">
          <assert_contents>
              <has_h5_keys keys="genes"/>
          </assert_contents>
      </output>
      <output name="json" ftype="json">
          <assert_contents>
              <has_text text="&quot;lab_a&quot;"/>
              <has_text text="&quot;lab_b&quot;"/>
          </assert_contents>
      </output>
  </test>
  <test expect_failure="true" expect_exit_code="65">
      <param name="cells" value="lab_a.h5,lab_b.h5" ftype="h5"/>
      <section name="input_options">
          <param name="batch_key" value="no such column"/>
      </section>
      <assert_stderr>
          <has_text text="no such column"/>
      </assert_stderr>
  </test>
  """.split(separator: "\n").map(String.init)

private let mapTests = """
  <test expect_num_outputs="2">
      <param name="model" value="model.h5" ftype="h5"/>
      <param name="cells" value="lab_b.h5" ftype="h5"/>
      <param name="outputs" value="json"/>
      <output name="h5ad" ftype="h5ad">
          <assert_contents>
              <has_h5_keys keys="obsm/X_scharmonize"/>
          </assert_contents>
      </output>
      <output name="json" ftype="json">
          <assert_contents>
              <has_text text="&quot;lab_b&quot;"/>
          </assert_contents>
      </output>
  </test>
  <test expect_failure="true" expect_exit_code="65">
      <param name="model" value="lab_a.h5" ftype="h5"/>
      <param name="cells" value="lab_b.h5" ftype="h5"/>
      <assert_stderr>
          <has_text text="model"/>
      </assert_stderr>
  </test>
  """.split(separator: "\n").map(String.init)

private let evaluateTests = """
  <test expect_num_outputs="2">
      <param name="h5ad" value="harmonized.h5ad" ftype="h5ad"/>
      <param name="outputs" value="csv"/>
      <output name="json" ftype="json">
          <assert_contents>
              <has_text text="&quot;kmeans_nmi&quot;"/>
          </assert_contents>
      </output>
      <output name="csv" ftype="csv">
          <assert_contents>
              <has_text text="X_scharmonize"/>
          </assert_contents>
      </output>
  </test>
  <test expect_failure="true" expect_exit_code="65">
      <param name="h5ad" value="harmonized.h5ad" ftype="h5ad"/>
      <section name="evaluation_options">
          <param name="batch_key" value="no such column"/>
      </section>
      <assert_stderr>
          <has_text text="no such column"/>
      </assert_stderr>
  </test>
  """.split(separator: "\n").map(String.init)
