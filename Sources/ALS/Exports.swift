// `import ALS` is all that a client needs to build interactions, train and recommend.
@_exported public import ALSSparse
